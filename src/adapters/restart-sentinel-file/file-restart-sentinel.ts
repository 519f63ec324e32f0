import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RestartSentinel, SentinelNote } from '../../application/ports/restart-sentinel.js'

/** The note in `<state dir>/restart-sentinel.json`, mode 600. */
export class FileRestartSentinel implements RestartSentinel {
  readonly path: string

  constructor(stateDir: string) {
    this.path = join(stateDir, 'restart-sentinel.json')
  }

  async leave(note: SentinelNote): Promise<void> {
    const draft = `${this.path}.${process.pid}`
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    await writeFile(draft, JSON.stringify({ version: 1, payload: note }), { mode: 0o600 })
    await rename(draft, this.path)
  }

  async take(): Promise<SentinelNote | null> {
    const text = await readFile(this.path, 'utf8').catch(() => null)
    if (text === null) return null
    await rm(this.path, { force: true })
    return read(text)
  }
}

/** A damaged note is no note. */
function read(text: string): SentinelNote | null {
  try {
    const { version, payload } = JSON.parse(text) as { version?: unknown; payload?: SentinelNote }
    return version === 1 && payload !== undefined ? payload : null
  } catch {
    return null
  }
}
