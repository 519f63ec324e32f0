import { readFile } from 'node:fs/promises'
import type { ConfigHistory } from '../application/ports/config-history.js'
import type { ConfigReading, ConfigSource, ConfigText } from '../application/ports/config-source.js'

/** Keeps the files that a running gateway was started with; files that are missing say nothing. */
export async function keepLastGood(history: ConfigHistory, reading: ConfigReading): Promise<void> {
  const texts = await Promise.all(reading.files.map((path) => textOf(path, reading)))
  await history.keepGood(texts.filter((text) => text !== null))
}

/** What ran last, read anew from the kept files; null when nothing was kept, or when it is not valid any more. */
export async function readLastGood(history: ConfigHistory, source: ConfigSource): Promise<ConfigReading | null> {
  const texts = await history.lastGood()
  if (texts === null) return null
  const reading = await source.preview(texts)
  return reading.config === null ? null : reading
}

async function textOf(path: string, reading: ConfigReading): Promise<ConfigText | null> {
  if (path === reading.path) return reading.exists ? { path, text: reading.raw } : null
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : { path, text }
}
