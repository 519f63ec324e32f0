import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigWriteOrigin } from '../../application/ports/config-source.js'

/** One write, without values. */
export interface AuditLine extends ConfigWriteOrigin {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly result: 'written' | 'failed'
  readonly previousHash: string
  readonly nextHash: string
  /** Of the root file. */
  readonly previousBytes: number
  readonly nextBytes: number
  readonly files: readonly string[]
  readonly changed: readonly string[]
  readonly anomalies: readonly string[]
  /** Files that could not be replaced and were overwritten in place. */
  readonly inPlace?: readonly string[]
}

/** Adds one line to `<state dir>/logs/config-audit.jsonl`, which only its owner may read. */
export async function appendAudit(stateDir: string, line: AuditLine): Promise<void> {
  const directory = join(stateDir, 'logs')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await appendFile(join(directory, 'config-audit.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 })
}
