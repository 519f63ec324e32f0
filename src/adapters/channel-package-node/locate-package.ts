import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ChannelPackageFailure } from '../../application/ports/channel-package.js'

/** Where modules may lie. */
export interface PackagePlaces {
  /** Absolute; written paths are relative to it. */
  readonly filesFrom: string
  /** Absolute directories whose `node_modules`, and those above, are searched, in this order. */
  readonly packagesFrom: readonly string[]
}

/** What systems say where there is no such file. */
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])
const CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default'])

/** The address of a module: a path (`./x.mjs`, `/x.mjs`, `file:`), or the name of an installed package. */
export async function locatePackage(name: string, { filesFrom, packagesFrom }: PackagePlaces): Promise<string> {
  const path = pathIn(name)
  if (path !== null) {
    const file = isAbsolute(path) ? path : resolve(filesFrom, path)
    const found = (await isDirectory(file)) ? await entryOf(file) : (await exists(file)) ? file : null
    if (found === null) throw new ChannelPackageFailure('package-missing', `there is no file ${file}`)
    return pathToFileURL(found).href
  }
  for (const directory of packagesFrom.flatMap(upwards)) {
    const entry = await entryOf(join(directory, 'node_modules', name))
    if (entry !== null) return pathToFileURL(entry).href
  }
  const [first = '.'] = packagesFrom
  throw new ChannelPackageFailure(
    'package-missing',
    `there is no package ${name}; install it with: npm install --prefix ${first} ${name}`,
  )
}

function pathIn(name: string): string | null {
  if (name.startsWith('file:')) return fileURLToPath(name)
  return isAbsolute(name) || /^\.{1,2}[/\\]/.test(name) ? name : null
}

function upwards(directory: string): readonly string[] {
  const above = dirname(directory)
  return above === directory ? [directory] : [directory, ...upwards(above)]
}

/** The file that an import of this package means; null = there is no package. */
async function entryOf(folder: string): Promise<string | null> {
  const manifest = await manifestOf(folder)
  if (manifest === null) return null
  const target = targetIn(manifest.exports) ?? (typeof manifest.main === 'string' ? manifest.main : 'index.js')
  return join(folder, target)
}

async function manifestOf(folder: string): Promise<Readonly<Record<string, unknown>> | null> {
  const path = join(folder, 'package.json')
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>
  } catch (thrown) {
    if (NOT_THERE.has(codeOf(thrown))) return null
    throw new ChannelPackageFailure('package-broken', `${path} cannot be read`, thrown)
  }
}

/** What `exports` says about the package itself, as Node reads it: the first condition that holds. */
function targetIn(exports: unknown): string | null {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return null
  if (Array.isArray(exports)) return targetIn(exports[0])
  const members = Object.entries(exports)
  const own = members.find(([key]) => key === '.')
  if (own !== undefined) return targetIn(own[1])
  for (const [condition, target] of members) {
    const found = CONDITIONS.has(condition) ? targetIn(target) : null
    if (found !== null) return found
  }
  return null
}

async function exists(path: string): Promise<boolean> {
  return (await kindOf(path)) !== 'nothing'
}

async function isDirectory(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'directory'
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file'
  } catch (thrown) {
    if (NOT_THERE.has(codeOf(thrown))) return 'nothing'
    throw thrown
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
