import { isSecretVariable } from './captured-environment.js'
import type { ServiceDescription } from './installed-service.js'

const HIDDEN = '***'
/** Flags whose value is nobody's business. */
const SECRET_FLAGS = ['--token', '--password']
/** A shorter value would be found in words that have nothing to do with it. */
const SHORTEST = 4

/**
 * The text of a service file as it may be shown: what somebody wrote into it by hand may be a secret. Rather too much is
 * hidden than too little: in a unit the rest of the line.
 */
export function withoutSecrets({ text, environment, programArguments }: ServiceDescription): string {
  const names = Object.entries(environment).flatMap(([name, value]) => (isSecretVariable(name, value) ? [name] : []))
  const values = [...names.map((name) => environment[name] ?? ''), ...valuesOfFlags(programArguments)]
  let shown = text
  for (const name of names) {
    shown = shown
      .replace(new RegExp(`(<key>${name}</key>\\s*<string>)[^<]*`, 'g'), `$1${HIDDEN}`)
      .replace(new RegExp(`(^Environment=.*?\\b${name}=).+$`, 'gm'), `$1${HIDDEN}`)
  }
  for (const flag of SECRET_FLAGS) {
    shown = shown
      .replace(new RegExp(`(<string>${flag}</string>\\s*<string>)[^<]*`, 'g'), `$1${HIDDEN}`)
      .replace(new RegExp(`(${flag}[= ]).+$`, 'gm'), `$1${HIDDEN}`)
  }
  const written = [...new Set(values.filter((value) => value.length >= SHORTEST).flatMap(waysToWrite))]
  return written
    .sort((one, other) => other.length - one.length)
    .reduce((all, way) => all.replaceAll(way, HIDDEN), shown)
}

function valuesOfFlags(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const flag = SECRET_FLAGS.find((one) => word === one || word.startsWith(`${one}=`))
    if (flag === undefined) return []
    return [word === flag ? (words[index + 1] ?? '') : word.slice(flag.length + 1)]
  })
}

/** As it is, as units write it, and as property lists do. */
function waysToWrite(value: string): readonly string[] {
  const inUnit = value.replaceAll('%', '%%').replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  const inXml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [value, inUnit, inUnit.replaceAll('$', '$$$$'), inXml]
}
