import type { ConfigHistory } from '../../application/ports/config-history.js'
import {
  ConfigFailure,
  type ConfigReading,
  type ConfigText,
  type ConfigWriteOrigin,
} from '../../application/ports/config-source.js'
import { messageOf } from '../../domain/failure.js'
import { appendAudit } from './audit-log.js'
import type { ConfigFiles } from './config-files.js'
import { readText } from './read-text.js'
import { rotateBackups } from './rotate-backups.js'
import { refuseReadonly, writeDurably } from './write-durably.js'

/** A write that was found valid. */
export interface WritePlan {
  readonly before: { readonly reading: ConfigReading; readonly files: ConfigFiles }
  readonly after: ConfigReading
  /** New texts, root file last. */
  readonly texts: readonly ConfigText[]
  readonly changed: readonly string[]
  readonly anomalies: readonly string[]
  readonly origin: ConfigWriteOrigin
}

export interface WritePlaces {
  /** Null = no history and no audit. */
  readonly stateDir: string | null
  readonly history: ConfigHistory | null
  now(): number
}

/**
 * Brings new texts to disk: backups first, then each file in one step, root file last, so that whoever starts in the
 * middle finds a root file that still fits. The caller holds the write lock.
 * @throws ConfigFailure `config-changed` when a file is not what the plan was made for, `config-readonly`,
 * `config-unavailable`
 */
export async function writeConfig(plan: WritePlan, places: WritePlaces): Promise<readonly string[]> {
  for (const { path } of plan.texts) await refuseReadonly(path)
  await refuseChanged(plan.before.files)
  const inPlace: string[] = []
  try {
    for (const { path, text } of plan.texts) {
      const old = plan.before.files.get(path)
      if (old?.exists === true) await rotateBackups(path, old.text)
      if ((await writeDurably(path, text)) === 'in-place') inPlace.push(path)
    }
  } catch (error) {
    await audit(plan, 'failed', inPlace, places)
    throw error
  }
  return finish(plan, inPlace, places)
}

/** The configuration is written; what fails from here on is a remark, not a failure. */
async function finish(plan: WritePlan, inPlace: string[], places: WritePlaces): Promise<readonly string[]> {
  const texts = new Map([...plan.before.files].map(([path, { text }]) => [path, text]))
  for (const { path, text } of plan.texts) texts.set(path, text)
  const steps = [
    () => audit(plan, 'written', inPlace, places),
    () => recordFound(plan.before, places),
    () =>
      recordTexts(
        plan.after,
        [...texts].map(([path, text]) => ({ path, text })),
        plan.changed,
        plan.origin,
        places,
      ),
  ]
  const remarks: string[] = []
  for (const step of steps) {
    await step().catch((error: unknown) => remarks.push(`the write could not be recorded: ${messageOf(error)}`))
  }
  return remarks
}

/** An editor may have saved one of the files while the result was being checked. */
async function refuseChanged(files: ConfigFiles): Promise<void> {
  for (const [path, file] of files) {
    if (file.isOutside || file.unreadable !== null) continue
    const now = await readText(path)
    if (now.exists !== file.exists || now.hash !== file.hash) {
      throw new ConfigFailure('config-changed', 'config has changed since it was read')
    }
  }
}

/** What a person made of the files since the last write is a state of its own. */
async function recordFound({ reading, files }: WritePlan['before'], places: WritePlaces): Promise<void> {
  if (!reading.exists) return
  const texts = [...files.values()].filter(({ exists }) => exists).map(({ path, text }) => ({ path, text }))
  await recordTexts(reading, texts, [], { source: 'file' }, places)
}

async function recordTexts(
  reading: ConfigReading,
  texts: readonly ConfigText[],
  changed: readonly string[],
  origin: ConfigWriteOrigin,
  { history, now }: WritePlaces,
): Promise<void> {
  const { hash, snapshotHash } = reading
  await history?.record({ at: now(), origin, hash, snapshotHash, changed, texts })
}

async function audit(
  { before, after, origin, texts, changed, anomalies }: WritePlan,
  result: 'written' | 'failed',
  inPlace: readonly string[],
  { stateDir, now }: WritePlaces,
): Promise<void> {
  if (stateDir === null) return
  await appendAudit(stateDir, {
    time: new Date(now()).toISOString(),
    ...origin,
    result,
    previousHash: before.reading.hash,
    nextHash: after.hash,
    previousBytes: Buffer.byteLength(before.reading.raw),
    nextBytes: Buffer.byteLength(after.raw),
    files: texts.map(({ path }) => path),
    changed,
    anomalies,
    ...(inPlace.length === 0 ? {} : { inPlace }),
  })
}
