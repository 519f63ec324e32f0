import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { messageOf } from '../../domain/failure.js'
import { includeNames } from './include-names.js'
import { type ParsedText, parseText } from './parse-text.js'
import { type FileText, readText } from './read-text.js'
import type { ValueNode } from './syntax-tree.js'

/** At most this many files besides the root one are read. */
export const MOST_INCLUDED_FILES = 64

/** One file of the configuration. */
export interface ConfigFile {
  readonly path: string
  /** For messages: relative to the directory of the root file. */
  readonly name: string
  readonly exists: boolean
  readonly text: string
  /** Lower-case hex SHA-256. */
  readonly hash: string
  readonly parsed: ParsedText | ConfigProblem
  /** Through symbolic links it lies outside the directory of the root file. */
  readonly isOutside: boolean
  /** Why the file is there but could not be read; null when it could. */
  readonly unreadable: string | null
}

/** The root file and everything it includes, as far as it can be reached, in the order in which it is named. */
export type ConfigFiles = ReadonlyMap<string, ConfigFile>

/** Texts that stand in for those on disk. */
export type Overlay = ReadonlyMap<string, string>

/** Read before, to be used again where the text is the same. */
export type ParsedBefore = ConfigFiles | undefined

/**
 * Reads all files. What is wrong with including them is found out when they are put together; here it only matters
 * that nothing outside is read, and nothing without end.
 * @throws ConfigFailure `config-unavailable` when the root file is there but cannot be read
 */
export async function readConfigFiles(
  rootPath: string,
  overlay: Overlay = new Map(),
  before?: ParsedBefore,
): Promise<ConfigFiles> {
  const files = new Map<string, ConfigFile>()
  const directory = dirname(rootPath)
  const realDirectory = await realPathOf(directory)
  const visit = async (path: string): Promise<void> => {
    if (files.has(path) || files.size > MOST_INCLUDED_FILES) return
    const file = await readOne(path, { rootPath, directory, realDirectory, overlay, before })
    files.set(path, file)
    if ('code' in file.parsed || file.parsed.tree.root === null) return
    for (const name of namesBelow(file.parsed.tree.root)) {
      const included = includedPath(path, name)
      if (isInside(directory, included)) await visit(included)
    }
  }
  await visit(rootPath)
  return files
}

/** Where an included name leads, from the file that names it. */
export function includedPath(fromFile: string, name: string): string {
  return resolve(dirname(fromFile), name)
}

export function isInside(directory: string, path: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

interface Surroundings {
  readonly rootPath: string
  readonly directory: string
  readonly realDirectory: string
  readonly overlay: Overlay
  readonly before: ParsedBefore
}

async function readOne(path: string, around: Surroundings): Promise<ConfigFile> {
  const { rootPath, directory, overlay } = around
  const name = path === rootPath ? basename(path) : relative(directory, path).split(sep).join('/')
  const given = overlay.get(path)
  const isRoot = path === rootPath
  const isOutside = given === undefined && !isRoot && (await leadsOutside(path, around.realDirectory))
  const facts = { path, name, isOutside }
  if (isOutside) return { ...facts, ...NOTHING, parsed: parseText('', name), unreadable: null }
  try {
    const text = given === undefined ? await readText(path) : textOf(given)
    return {
      ...facts,
      exists: text.exists,
      text: text.raw,
      hash: text.hash,
      parsed: parsedOf(text, facts, around),
      unreadable: null,
    }
  } catch (error) {
    if (isRoot) throw error
    const reason = messageOf(error).replace(`cannot read ${path}: `, '')
    return { ...facts, ...NOTHING, exists: true, parsed: parseText('', name), unreadable: reason }
  }
}

const NOTHING = { exists: false, text: '', hash: createHash('sha256').update('').digest('hex') }

function parsedOf(
  text: FileText,
  { path, name }: { path: string; name: string },
  { before }: Surroundings,
): ConfigFile['parsed'] {
  if (text.problem !== null) return { path: '', code: 'parse_error', file: name, line: 1, column: 1, ...text.problem }
  const known = before?.get(path)
  return known !== undefined && known.hash === text.hash && known.text === text.raw
    ? known.parsed
    : parseText(text.raw, name)
}

function textOf(raw: string): FileText {
  return { exists: true, raw, hash: createHash('sha256').update(raw).digest('hex'), problem: null }
}

async function leadsOutside(path: string, realDirectory: string): Promise<boolean> {
  const real = await realPathOf(path)
  return !isInside(realDirectory, real)
}

/** Where a path really is; what does not exist is where its directory really is. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) return path
    return join(await realPathOf(parent), basename(path))
  }
}

function namesBelow(node: ValueNode): readonly string[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.elements.flatMap(namesBelow)
  return [...(includeNames(node)?.names ?? []), ...node.members.flatMap((member) => namesBelow(member.value))]
}
