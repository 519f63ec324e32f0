import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const PRIVATE_FILE = 0o600
const PRIVATE_DIRECTORY = 0o700

/** Drafts that this process is writing now. */
const underWay = new Set<string>()
let draftCount = 0

/**
 * Replaces the text of a file so that a power cut leaves either the old one or the new one. Only the owner may read the
 * file, and the folder where that has to be made. Rejects with what the system said.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder)
  draftCount += 1
  const draft = `${path}.${process.pid}-${draftCount}.tmp`
  underWay.add(draft)
  try {
    await writeDraft(draft, text)
    await rename(draft, path)
    await syncFolder(folder)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  } finally {
    underWay.delete(draft)
  }
}

/** Removes drafts of processes that died while they wrote. */
export async function removeAbandonedDrafts(path: string): Promise<void> {
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  for (const name of await namesIn(folder)) {
    const writer = name.startsWith(prefix) ? /^(\d+)-\d+\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined
    if (writer === undefined) continue
    const draft = join(folder, name)
    const isWanted = Number(writer) === process.pid ? underWay.has(draft) : isAlive(Number(writer))
    if (!isWanted) await rm(draft, { force: true })
  }
}

async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await open(draft, 'w', PRIVATE_FILE)
  try {
    await file.chmod(PRIVATE_FILE)
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A folder that was made is only durable once the one around it is. */
async function makeFolder(folder: string): Promise<void> {
  const outermost = await mkdir(folder, { recursive: true, mode: PRIVATE_DIRECTORY })
  if (outermost === undefined) return
  const around = dirname(outermost)
  for (let made = folder; made !== around && made !== dirname(made); made = dirname(made)) {
    await syncFolder(dirname(made))
  }
}

/** Windows cannot open folders, and does not need to: its renames are journalled. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
