import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MemoryConfigSource } from '../adapters/config-memory/memory-config-source.js'
import type { ConfigReading } from '../application/ports/config-source.js'

/*
 * The configuration that ran last, whole and with its secrets, mode 600: what `gateway --last-good` starts with when the
 * file cannot be used.
 */

/** Keeps what a running gateway uses. */
export async function keepLastGood(stateDir: string, reading: ConfigReading): Promise<void> {
  const path = placeIn(stateDir)
  const draft = `${path}.${process.pid}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(draft, JSON.stringify(reading.resolved ?? {}, null, 2), { mode: 0o600 })
  await rename(draft, path)
}

/** What ran last; null when nothing was kept, or when it is not valid any more. */
export async function readLastGood(stateDir: string): Promise<ConfigReading | null> {
  const text = await readFile(placeIn(stateDir), 'utf8').catch(() => null)
  if (text === null) return null
  const reading = await new MemoryConfigSource(text).read()
  return reading.config === null ? null : reading
}

function placeIn(stateDir: string): string {
  return join(stateDir, 'config-history', 'last-good.json')
}
