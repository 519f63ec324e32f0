import { lstat, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { refused, unlessAbsent } from './at-rim.js'

const PERMISSION_BITS = 0o777
let draftCount = 0

/** Replaces the text of a file, or makes it: a power cut leaves the old text or the new one. Permissions stay. */
export async function replaceText(path: string, text: string): Promise<void> {
  const before = await unlessAbsent(() => lstat(path))
  if (before !== null && !before.isFile()) throw refused(path, 'it is no regular file')
  const folder = dirname(path)
  draftCount += 1
  const draft = join(folder, `.mayros-${process.pid}-${draftCount}.tmp`)
  try {
    await writeDraft(draft, text, before === null ? null : before.mode & PERMISSION_BITS)
    await rename(draft, path)
    await sync(folder)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  }
}

async function writeDraft(path: string, text: string, mode: number | null): Promise<void> {
  const file = await open(path, 'wx')
  try {
    if (mode !== null) await file.chmod(mode)
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the new name durable; folders cannot be synced everywhere. */
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
