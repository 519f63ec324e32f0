import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A request counts for so long, in milliseconds. */
const VALID_MS = 5_000

const placeOf = (stateDir: string) => join(stateDir, 'run', 'restart-request')

/**
 * Leaves a note that SIGUSR1, which follows, comes from somebody who may write into the state directory, and so owns the
 * gateway anyway.
 * @param instanceId of the instance that is to be replaced
 */
export async function leaveRestartRequest(stateDir: string, instanceId: string): Promise<void> {
  await mkdir(join(stateDir, 'run'), { recursive: true, mode: 0o700 })
  await writeFile(placeOf(stateDir), instanceId, { mode: 0o600 })
}

/** Takes the note away and tells which instance it is about. Null = there was none, or it is old. */
export async function takeRestartRequest(stateDir: string): Promise<string | null> {
  const seen = await stat(placeOf(stateDir)).catch(() => null)
  if (seen === null) return null
  const instanceId = await readFile(placeOf(stateDir), 'utf8').catch(() => null)
  await rm(placeOf(stateDir), { force: true })
  return Math.abs(Date.now() - seen.mtimeMs) < VALID_MS ? instanceId : null
}
