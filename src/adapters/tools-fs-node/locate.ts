import { lstat, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { systemCode } from './outcomes.js'
import { ToolRefusal } from './tool-refusal.js'

/** Where a path of the model really leads. */
export interface Place {
  /** As the model wrote it, for messages. */
  readonly given: string
  /** Absolute, free of links as far as it exists. */
  readonly path: string
  /** The deepest part of the path's folder that exists. */
  readonly anchor: string
  /** Names of the folders below `anchor` that have yet to be made. */
  readonly missing: readonly string[]
}

export interface Bounds {
  /** Absolute directory that relative paths start from. */
  readonly workspace: string
  readonly workspaceOnly: boolean
  /** Paths, absolute and free of links, that are closed whatever the bounds. */
  readonly isOffLimits: (path: string) => boolean
}

/** Kernel interfaces that look like files: reading them tells secrets, writing them has effects. */
const KERNEL_FOLDERS = ['/proc', '/sys', '/dev'] as const

/**
 * Resolves a path of the model: `~` is the home directory, links are followed to where they lead.
 * What it allows is only true now; `openFolder` holds on to it.
 * @throws ToolRefusal for paths outside the bounds, kernel interfaces and links that lead nowhere
 */
export async function locate(given: string, bounds: Bounds): Promise<Place> {
  if (given.includes('\0')) throw new ToolRefusal('the path contains a NUL character')
  const wanted = resolve(bounds.workspace, expandHome(given))
  refuseKernel(wanted)
  const { existing, missing } = await follow(wanted)
  const path = join(existing, ...missing)
  refuseKernel(path)
  if (bounds.isOffLimits(path)) throw new ToolRefusal('these are files of the gateway itself')
  if (bounds.workspaceOnly) await requireInside(path, bounds.workspace)
  return missing.length === 0
    ? { given, path, anchor: dirname(path), missing: [] }
    : { given, path, anchor: existing, missing: missing.slice(0, -1) }
}

function expandHome(given: string): string {
  if (given !== '~' && !given.startsWith('~/')) return given
  return join(homedir(), given.slice(1))
}

async function requireInside(path: string, workspace: string): Promise<void> {
  const { existing, missing } = await follow(resolve(workspace))
  const root = join(existing, ...missing)
  if (!isWithin(path, root)) throw new ToolRefusal('the path leads outside the workspace')
}

function refuseKernel(path: string): void {
  if (KERNEL_FOLDERS.some((folder) => isWithin(path, folder))) {
    throw new ToolRefusal('devices and kernel interfaces are out of bounds')
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The deepest part that exists, without links, and the names below it that do not. */
async function follow(path: string): Promise<{ existing: string; missing: readonly string[] }> {
  const missing: string[] = []
  for (let at = path; ; at = dirname(at)) {
    const existing = await realpathIfThere(at)
    if (existing !== null) return { existing, missing }
    if (await isThere(at)) throw new ToolRefusal('it is a link that leads nowhere')
    missing.unshift(basename(at))
  }
}

function realpathIfThere(path: string): Promise<string | null> {
  return unlessAbsent(() => realpath(path))
}

async function isThere(path: string): Promise<boolean> {
  return (await unlessAbsent(() => lstat(path))) !== null
}

async function unlessAbsent<Result>(action: () => Promise<Result>): Promise<Result | null> {
  try {
    return await action()
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}
