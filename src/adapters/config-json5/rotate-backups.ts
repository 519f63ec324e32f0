import { rename } from 'node:fs/promises'
import { writeDurably } from './write-durably.js'

/** `.bak` is the newest, `.bak.4` the oldest. */
const BACKUPS = ['.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4']

/**
 * Keeps the text that a file had, beside it. Every backup is whole at any moment; a crash in between leaves a gap in
 * the row at worst.
 */
export async function rotateBackups(path: string, text: string): Promise<void> {
  for (let index = BACKUPS.length - 1; index > 0; index--) {
    await move(path + BACKUPS[index - 1]!, path + BACKUPS[index]!)
  }
  await writeDurably(path + BACKUPS[0]!, text)
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
