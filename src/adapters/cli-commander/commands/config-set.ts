import { basename } from 'node:path'
import { shownChanges } from '../../../application/config/shown-changes.js'
import type { ConfigReading, ConfigWritten } from '../../../application/ports/config-source.js'
import type { KeyPath } from '../../../domain/config/key-path.js'
import { secretReferenceIn } from '../../../domain/config/secret-reference.js'
import { valueAt } from '../../../domain/config/value-at.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { changeLine } from '../config/config-changes.js'
import { notSet, type TypedKey, typedKey } from '../config/config-path.js'
import { explainWrite } from '../config/config-report.js'
import { withHashedPassword } from '../config/hash-password.js'
import { outcomeLine, planLine, planOf, type WhatFollows } from '../config/what-follows.js'
import { exitCodes } from '../exit-codes.js'

export interface ConfigWriteFlags {
  readonly dryRun?: boolean
}

export interface ConfigSetFlags extends ConfigWriteFlags {
  readonly strictJson?: boolean
}

/** `mayros config set <path> <value>`: changes one value, in the file where it belongs. */
export async function configSet(
  context: CommandContext,
  path: string,
  text: string,
  flags: ConfigSetFlags,
): Promise<number> {
  const { source, parseValue } = await context.deps.openConfig(await context.environment())
  const before = await source.read()
  const key = typedKey(path, before)
  const meant = meantValue(text, key, flags.strictJson === true, parseValue)
  const { value, isHashed } = await withHashedPassword(key.at, meant, context.deps.hashPassword)
  const exitCode = await write(context, before, flags, `config set ${key.path}`, {
    key: { path: key.path, standsIn: (after) => after },
    words: (after) => {
      const shown = JSON.stringify(valueAt(after.redactedResolved, key.at))
      const place = placeOf(after, key.path)
      if (after.written.length === 0) return `${key.path} is ${shown} already (${place})`
      return `${flags.dryRun === true ? 'would set' : 'set'} ${key.path} = ${shown} (${place})`
    },
    run: (options) => source.edit([{ path: key.at, value }], options),
  })
  if (isHashed && !context.json) for (const line of HOW_TO_LOG_IN) context.note(line)
  return exitCode
}

const HOW_TO_LOG_IN = [
  'the password is stored as a scrypt hash; clients log in with the password itself (--password, MAYROS_GATEWAY_PASSWORD)',
  'commands on this machine need none: the running gateway leaves them a pass in its state directory',
]

/** `mayros config unset <path>`: removes one value. */
export async function configUnset(context: CommandContext, path: string, flags: ConfigWriteFlags): Promise<number> {
  const { source } = await context.deps.openConfig(await context.environment())
  const before = await source.read()
  const key = typedKey(path, before)
  if (before.parsed !== null && !stands(before, key.at)) throw notSet(key.path)
  return write(context, before, flags, `config unset ${key.path}`, {
    key: { path: key.path, standsIn: () => before },
    words: () => `${flags.dryRun === true ? 'would remove' : 'removed'} ${key.path} (${placeOf(before, key.path)})`,
    run: (options) => source.edit([{ path: key.at, value: undefined }], options),
  })
}

interface Write {
  /** The one value that is written, and the reading that knows its place; absent where the whole file is. */
  readonly key?: { readonly path: string; readonly standsIn: (after: ConfigWritten) => ConfigReading }
  words(after: ConfigWritten): string
  run(options: {
    readonly baseHash: string
    readonly dryRun: boolean
    readonly origin: { readonly source: 'cli'; readonly actor: string }
  }): Promise<ConfigWritten>
}

/** Writes, and tells what was written and what follows from it. */
export async function write(
  context: CommandContext,
  before: ConfigReading,
  flags: ConfigWriteFlags,
  actor: string,
  { words, run, key }: Write,
): Promise<number> {
  const dryRun = flags.dryRun === true
  const options = { baseHash: before.hash, dryRun, origin: { source: 'cli', actor } as const }
  const after = await run(options).catch((thrown: unknown) => {
    throw explainWrite(thrown)
  })
  const follows = planOf(before, after)
  for (const anomaly of after.anomalies) context.note(`warning: config write anomaly: ${anomaly}`)
  const isWritten = after.written.length > 0
  const outcome = async () => (isWritten && !dryRun ? outcomeLine(context, follows, after) : null)
  if (context.json) {
    const place = key === undefined ? {} : placeDocument(key.standsIn(after), key.path)
    context.printJson({ ...place, ...documentOf(before, after, follows, dryRun), outcome: await outcome() })
    return exitCodes.ok
  }
  context.print(words(after))
  if (isWritten && dryRun)
    context.print([...shownChanges(before, after).map((change) => `  ${changeLine(change)}`), planLine(follows)])
  const line = await outcome()
  if (line !== null) context.print(line)
  return exitCodes.ok
}

function documentOf(before: ConfigReading, after: ConfigWritten, follows: WhatFollows, dryRun: boolean): object {
  const changes = shownChanges(before, after).map(({ path, before: was, after: is }) => ({
    path,
    before: was ?? null,
    after: is ?? null,
  }))
  return {
    ok: true,
    dryRun,
    hash: after.hash,
    changed: after.changed,
    files: after.written,
    changes,
    reload: follows,
    anomalies: after.anomalies,
  }
}

/** The value a person meant: what it looks like, unless only a text fits. */
function meantValue(
  text: string,
  { place, path }: TypedKey,
  isStrict: boolean,
  parse: (text: string) => { readonly value: unknown } | null,
): unknown {
  const parsed = parse(text)
  if (parsed === null) {
    if (isStrict) throw new UsageFailure(`the value of ${path} is not valid JSON5`)
    return text
  }
  const isReference = place.secret && secretReferenceIn(parsed.value) !== null
  if (isStrict || isReference || typeof parsed.value === 'string') return parsed.value
  const accepts = (value: unknown) => place.schema?.safeParse(value).success === true
  const keepsDigits = typeof parsed.value !== 'number' || String(parsed.value) === text.trim()
  if (accepts(text) && (!accepts(parsed.value) || !keepsDigits)) return text
  return place.secret && accepts(text) ? text : parsed.value
}

function stands(reading: ConfigReading, at: KeyPath): boolean {
  return valueAt(reading.resolved, at) !== undefined
}

/** Where the value is written, for programs; nulls where it is not. */
function placeDocument({ origins }: ConfigReading, path: string): object {
  const { file = null, line = null } = origins.get(path) ?? {}
  return { path, file, line }
}

function placeOf({ origins }: ConfigReading, path: string): string {
  const origin = origins.get(path)
  return origin === undefined ? 'not written' : `${basename(origin.file)}:${origin.line}`
}
