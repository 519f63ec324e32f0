import type { ConfigProblem } from '../../domain/config/problem.js'
import { ConfigFailure, type ConfigReading, type ConfigSource, type ConfigWritten } from '../ports/config-source.js'
import { type ConfigWrites, reloadOf } from './config-writes.js'
import { refusingWrite } from './refusing-write.js'
import { type ShownChange, shownChanges } from './shown-changes.js'
import { type WantedConfig, writeWanted } from './wanted-config.js'

/** What a change would come to. Nothing is written, and no secret is told. */
export interface ConfigPreview {
  readonly ok: true
  readonly path: string
  /** Of the root file as it stands: the `baseHash` of the write. */
  readonly hash: string
  readonly valid: boolean
  /** Empty when it is valid. */
  readonly issues: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
  /** What looks like a mistake although it is valid, one sentence each. */
  readonly anomalies: readonly string[]
  /** Over the wire a side on which there is nothing has no key. */
  readonly changes: readonly ShownChange[]
  /** Absolute paths of the files that would be replaced. */
  readonly files: readonly string[]
  /** The root file's text afterwards; null while it is invalid. */
  readonly raw: string | null
  /** As in the answer of a write. */
  readonly reload: object
}

/** Tries a change. What is wrong with it is told in the answer, not as a refusal. */
export async function previewConfig(
  source: ConfigSource,
  writes: Pick<ConfigWrites, 'planOf'>,
  before: ConfigReading,
  wanted: WantedConfig,
): Promise<ConfigPreview> {
  const { path, hash } = before
  const tried = await refusingWrite(triedOrIssues(writeWanted(source, before, wanted, { dryRun: true })))
  if ('issues' in tried) {
    const nothing = { warnings: [], anomalies: [], changes: [], files: [], raw: null, reload: reloadOf(null) }
    return { ok: true, path, hash, valid: false, issues: tried.issues, ...nothing }
  }
  const { problems: issues, warnings, anomalies, written: files, redactedRaw: raw } = tried
  const changes = shownChanges(before, tried)
  const reload = reloadOf(writes.planOf(tried))
  return { ok: true, path, hash, valid: issues.length === 0, issues, warnings, anomalies, changes, files, raw, reload }
}

async function triedOrIssues(
  trying: Promise<ConfigWritten>,
): Promise<ConfigWritten | { readonly issues: readonly ConfigProblem[] }> {
  try {
    return await trying
  } catch (thrown) {
    if (!(thrown instanceof ConfigFailure) || thrown.code !== 'config-invalid') throw thrown
    const { problems } = (thrown.details ?? {}) as { readonly problems?: readonly ConfigProblem[] }
    return { issues: problems ?? [] }
  }
}
