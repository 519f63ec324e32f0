import { constants, type Stats } from 'node:fs'
import { access, copyFile, link, lstat, open, rename, unlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Place } from './locate.js'
import { type OpenFolder, openFolder } from './open-folder.js'
import { systemCode } from './outcomes.js'
import { ToolRefusal } from './tool-refusal.js'

/** What a file shall be. */
export interface FileChange {
  readonly place: Place
  /** Its new text; null removes it. */
  readonly text: string | null
  /** Permission bits of a file that is new; absent = as usual. */
  readonly mode?: number
}

interface Step {
  readonly change: FileChange
  readonly folder: OpenFolder
  readonly name: string
  /** Name of the finished text beside the file. */
  readonly draft: string | null
  /** Name of a copy of what was there. */
  readonly backup: string | null
  isDone: boolean
}

const PERMISSIONS = 0o777
let draftCount = 0

/**
 * Makes all changes or none: every new text is on the disk before the first file changes, and when one cannot be put in
 * place the others are put back. Each file changes in one instant and keeps its permissions. A power cut between two
 * of them can still leave some new and some old.
 */
export async function replaceFiles(changes: readonly FileChange[]): Promise<void> {
  const steps: Step[] = []
  try {
    for (const change of changes) steps.push(await prepare(change))
    for (const step of steps) await carryOut(step)
    for (const { folder } of steps) await folder.sync()
  } catch (thrown) {
    await undoAll(steps.reverse())
    throw thrown
  } finally {
    for (const step of steps) await clear(step)
  }
}

/** Goes on when one file resists, so that as many as possible are as they were. */
async function undoAll(steps: readonly Step[]): Promise<void> {
  const resisting: string[] = []
  for (const step of steps) {
    const [outcome] = await Promise.allSettled([undo(step)])
    if (outcome.status === 'rejected') resisting.push(step.change.place.given)
  }
  if (resisting.length > 0) {
    throw new ToolRefusal(`writing failed, and these files could not be put back: ${resisting.join(', ')}`)
  }
}

async function prepare(change: FileChange): Promise<Step> {
  const { anchor, missing, path } = change.place
  const name = basename(path)
  if (name === '') throw new ToolRefusal('it is a folder')
  if (change.text === null && missing.length > 0) throw new ToolRefusal('there is no such file')
  const folder = await openFolder(anchor, missing)
  const made: string[] = []
  try {
    const before = await statOf(folder.at(name))
    if (before !== null) await requireReplaceable(folder.at(name), before)
    const draft = change.text === null ? null : nextName(made)
    if (draft !== null) await writeDraft(folder.at(draft), change, before)
    const backup = before === null ? null : nextName(made)
    if (backup !== null) await keepCopy(folder.at(name), folder.at(backup))
    return { change, folder, name, draft, backup, isDone: false }
  } catch (thrown) {
    for (const leftover of made) await unlinkIfThere(folder.at(leftover))
    await folder.unmake()
    await folder.close()
    throw thrown
  }
}

async function carryOut(step: Step): Promise<void> {
  const { folder, name, draft } = step
  if (draft === null) await unlink(folder.at(name))
  else await rename(folder.at(draft), folder.at(name))
  step.isDone = true
}

async function undo(step: Step): Promise<void> {
  const { folder, name, backup, isDone } = step
  if (isDone && backup === null) await unlinkIfThere(folder.at(name))
  if (isDone && backup !== null) await rename(folder.at(backup), folder.at(name))
  await removeLeftovers(step)
  await folder.unmake()
}

async function clear(step: Step): Promise<void> {
  await removeLeftovers(step)
  await step.folder.close()
}

async function removeLeftovers({ folder, draft, backup }: Step): Promise<void> {
  for (const leftover of [draft, backup]) if (leftover !== null) await unlinkIfThere(folder.at(leftover))
}

async function requireReplaceable(path: string, before: Stats): Promise<void> {
  if (before.isDirectory()) throw new ToolRefusal('it is a folder')
  if (!before.isFile()) throw new ToolRefusal('it is not a regular file')
  await access(path, constants.W_OK)
}

async function writeDraft(path: string, { text, mode }: FileChange, before: Stats | null): Promise<void> {
  const file = await open(path, 'wx')
  try {
    if (before !== null) await file.chmod(before.mode & PERMISSIONS)
    else if (mode !== undefined) await file.chmod(mode & PERMISSIONS)
    // Only the superuser may give a file back to its owner, and only then can the owner differ for no other reason.
    if (before !== null && process.getuid?.() === 0) await file.chown(before.uid, before.gid)
    await file.writeFile(text ?? '', 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A second name for the same file where the file system has such, else a copy. */
async function keepCopy(path: string, copy: string): Promise<void> {
  try {
    await link(path, copy)
  } catch (thrown) {
    if (systemCode(thrown) === null) throw thrown
    await copyFile(path, copy, constants.COPYFILE_EXCL)
  }
}

function nextName(made: string[]): string {
  draftCount += 1
  const name = `.mayros-${process.pid}-${draftCount}.tmp`
  made.push(name)
  return name
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown
  }
}
