import type { ConfigOrigin, ConfigReading } from '../../../application/ports/config-source.js'
import { REDACTED } from '../../../domain/config/redacted.js'
import { valueAt } from '../../../domain/config/value-at.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { notSet, type TypedKey, typedKey } from '../config/config-path.js'
import { invalidReport, problemLines } from '../config/config-report.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

export interface ConfigGetFlags {
  readonly reveal?: boolean
  readonly origin?: boolean
}

/** `mayros config get <path>`: the value that counts, as far as it may be shown. */
export async function configGet(context: CommandContext, path: string, flags: ConfigGetFlags): Promise<number> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const reading = await source.read()
  const key = typedKey(path, reading)
  refuseBroken(context, reading, key, environment.home)
  const isRevealed = flags.reveal === true
  const whole = isRevealed ? (reading.config ?? reading.resolved) : (reading.redactedConfig ?? reading.redactedResolved)
  const value = valueAt(whole, key.at)
  if (value === undefined) throw notSet(key.path)
  const origin = reading.origins.get(key.path)
  if (context.json) {
    const place = origin === undefined ? { source: 'default' } : { source: 'file', ...origin }
    context.printJson(flags.origin === true ? { value, origin: place } : value)
  } else {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
    context.print(flags.origin === true ? `${text}  (${originText(origin, environment.home)})` : text)
  }
  if (!isRevealed && JSON.stringify(value).includes(REDACTED))
    context.note('secrets are hidden; show them with --reveal')
  return exitCodes.ok
}

/** Other keys may be wrong; this one must not be. */
function refuseBroken(context: CommandContext, reading: ConfigReading, key: TypedKey, home: string): void {
  if (reading.config !== null) return
  const own = reading.problems.filter(({ path }) => path === '' || path === key.path || path.startsWith(`${key.path}.`))
  if (own.length > 0) {
    const message = [`Config invalid: ${shortPath(reading.path, home)}`, ...problemLines(own)].join('\n')
    throw new CliFailure('config_invalid', message, { exitCode: exitCodes.configuration, details: { problems: own } })
  }
  for (const line of invalidReport(reading, home)) context.note(line)
}

/** `mayros.json:4`, `default`, `mayros.json:4, ${PORT}`. */
export function originText(origin: ConfigOrigin | undefined, home: string): string {
  if (origin === undefined) return 'default'
  const place = `${shortPath(origin.file, home)}:${origin.line}`
  return origin.reference === undefined ? place : `${place}, ${origin.reference}`
}
