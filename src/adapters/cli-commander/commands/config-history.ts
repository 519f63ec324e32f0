import { configPast, versionDocuments } from '../../../application/config/config-past.js'
import { shownChanges } from '../../../application/config/shown-changes.js'
import type { ConfigHistory, ConfigVersion } from '../../../application/ports/config-history.js'
import type { ConfigReading, ConfigText } from '../../../application/ports/config-source.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { changeLine } from '../config/config-changes.js'
import { exitCodes } from '../exit-codes.js'
import { ago, plural, table } from '../render/words.js'
import { type ConfigWriteFlags, write } from './config-set.js'

/** `mayros config history`: what the configuration said before, newest first. */
export async function configHistory(context: CommandContext): Promise<number> {
  const { source, history } = await context.deps.openConfig(await context.environment())
  const states = await configPast(await source.read(), history)
  if (context.json) {
    context.printJson(versionDocuments(states))
    return exitCodes.ok
  }
  const { current, past } = states
  const now = context.deps.now()
  const rows = [
    ...(current === null ? [] : [rowOf('now', current, now)]),
    ...past.map((version, index) => rowOf(String(index + 1), version, now)),
  ]
  context.print(rows.length === 0 ? 'nothing yet: no write was recorded' : table(rows))
  return exitCodes.ok
}

/** `mayros config diff [n]`: what was changed since then, without secrets. */
export async function configDiff(context: CommandContext, n: number): Promise<number> {
  const { source, history } = await context.deps.openConfig(await context.environment())
  const current = await source.read()
  const { texts } = await versionOf(n, current, history)
  const then = await source.preview(texts)
  const changes = shownChanges(then, current)
  if (context.json)
    context.printJson(
      changes.map(({ path, before, after }) => ({ path, before: before ?? null, after: after ?? null })),
    )
  else if (then.parsed === null) context.print(`version ${n} cannot be compared: it was broken`)
  else context.print(changes.length === 0 ? 'no value differs; only layout or remarks do' : changes.map(changeLine))
  return exitCodes.ok
}

/** `mayros config rollback <n>`: writes an older text the normal way. */
export async function configRollback(context: CommandContext, n: number, flags: ConfigWriteFlags): Promise<number> {
  const { source, history } = await context.deps.openConfig(await context.environment())
  const before = await source.read()
  const { version, texts } = await versionOf(n, before, history)
  const when = ago(context.deps.now() - version.at)
  return write(context, before, flags, `config rollback ${n}`, {
    words: ({ written, changed }) => {
      if (written.length === 0) return `version ${n} is what the files say already`
      return `${flags.dryRun === true ? 'would restore' : 'restored'} version ${n} (${when}), ${plural(changed.length, 'value')} changed`
    },
    run: (options) => source.replace(texts, options),
  })
}

async function versionOf(
  n: number,
  reading: ConfigReading,
  history: ConfigHistory,
): Promise<{ readonly version: ConfigVersion; readonly texts: readonly ConfigText[] }> {
  const { past } = await configPast(reading, history)
  const version = past[n - 1]
  const texts = version === undefined ? null : await history.texts(version.id)
  if (version !== undefined && texts !== null) return { version, texts }
  throw new CliFailure('not_found', `no version ${n}; there ${past.length === 1 ? 'is' : 'are'} ${past.length}`, {
    notes: [{ label: 'fix', text: 'mayros config history' }],
  })
}

function rowOf(name: string, { at, origin, changed }: ConfigVersion, now: number): string[] {
  const who = origin.source === 'file' ? 'edited by hand' : [origin.source, origin.actor].filter(Boolean).join(' ')
  const shown =
    changed.length <= 3 ? changed.join(', ') : `${changed.slice(0, 3).join(', ')} and ${changed.length - 3} more`
  return [name, ago(now - at), who, shown]
}
