import type { CommanderError } from 'commander'

/**
 * One line out of what commander says:
 * `unknown option --prot (did you mean --port?)`
 */
export function usageText(error: CommanderError): string {
  return error.message
    .replace(/^error: /, '')
    .replaceAll(/'([^']*)'/g, '$1')
    .replace(/\n?\(Did you mean/, ' (did you mean')
    .replace(/^missing required argument (\S+)/, 'missing argument <$1>')
    .replace(/^option (?:-\w, )?(--[\w-]+) (<[^>]+>) argument missing/, '$1 needs a value: $1 $2')
    .replace(
      /^too many arguments for (\S+)\. Expected (\d+) arguments? but got (\d+)(?::.*)?\.?$/s,
      'surplus argument for $1: expected $2, got $3',
    )
    .trim()
}
