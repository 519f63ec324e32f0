import { realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, sep } from 'node:path'
import { HookTransformFailure, type HookTransformPlace } from '../../application/ports/hook-transforms.js'

const EXTENSIONS: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs'])
/** What systems say where there is no such file, or a name that cannot be one. */
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES'])

/** A module as it lies on the disk now. */
export interface LocatedModule {
  /** Absolute, without links. */
  readonly path: string
  /** Changes when the file does. */
  readonly version: string
}

/** Finds a module inside its directory. Links are followed as long as they lead to somewhere inside. */
export async function locateModule({ directory, module }: HookTransformPlace): Promise<LocatedModule> {
  const names = module.split(/[/\\]/)
  if (isAbsolute(module) || module.includes('\0') || names.includes('..') || /^[A-Za-z]:/.test(module)) {
    throw outside(module)
  }
  if (!EXTENSIONS.has(extname(module))) throw missing(module, 'it is no .js, .mjs or .cjs file')
  try {
    const home = await realpath(directory)
    const path = await realpath(join(home, module))
    if (!path.startsWith(home.endsWith(sep) ? home : home + sep)) throw outside(module)
    if (!EXTENSIONS.has(extname(path))) throw missing(module, 'it leads to something that is no module')
    const facts = await stat(path)
    if (!facts.isFile()) throw missing(module, 'it is no file')
    return { path, version: `${facts.mtimeMs}-${facts.size}-${facts.ino}` }
  } catch (thrown) {
    if (NOT_THERE.has((thrown as NodeJS.ErrnoException).code ?? ''))
      throw missing(module, 'there is no such file', thrown)
    throw thrown
  }
}

function outside(module: string): HookTransformFailure {
  return new HookTransformFailure('transform-outside', `${module} does not lie inside the directory of transforms`)
}

function missing(module: string, why: string, cause?: unknown): HookTransformFailure {
  return new HookTransformFailure('transform-missing', `${module} cannot be used: ${why}`, cause)
}
