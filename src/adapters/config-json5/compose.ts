import { dirname } from 'node:path'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { merged, type Part, type Source } from './composition.js'
import { type ConfigFile, type ConfigFiles, includedPath, isInside, MOST_INCLUDED_FILES } from './config-files.js'
import { INCLUDE_KEY, includeNames } from './include-names.js'
import type { ObjectNode, Span, ValueNode } from './syntax-tree.js'

const MOST_NESTED_INCLUDES = 10

/** All files as one value. */
export interface Composition {
  /** Null when the root file does not parse or is no object. */
  readonly root: Part | null
  /** Of the files and of including them. */
  readonly problems: readonly ConfigProblem[]
  readonly warnings: readonly ConfigProblem[]
}

/** Puts the files together. */
export function compose(files: ConfigFiles, rootPath: string): Composition {
  return new Composer(files, rootPath).compose()
}

/** Where the composer stands. */
interface Standing {
  readonly file: ConfigFile
  /** Files from the root one to this one. */
  readonly chain: readonly ConfigFile[]
  /** From the root of this file. */
  readonly path: KeyPath
  /** From the root of the whole. */
  readonly shown: KeyPath
  readonly keySpan: Span | null
}

class Composer {
  readonly #files: ConfigFiles
  readonly #rootPath: string
  readonly #problems: ConfigProblem[] = []
  readonly #warnings: ConfigProblem[] = []
  readonly #told = new Set<string>()
  #includes = 0

  constructor(files: ConfigFiles, rootPath: string) {
    this.#files = files
    this.#rootPath = rootPath
  }

  compose(): Composition {
    const file = this.#files.get(this.#rootPath)!
    const root = this.#wholeFile(file, [file], [])
    return { root, problems: this.#problems, warnings: this.#warnings }
  }

  /** Null when the file cannot be understood, which is a problem of its own. */
  #wholeFile(file: ConfigFile, chain: readonly ConfigFile[], shown: KeyPath): Part | null {
    const { parsed } = file
    if ('code' in parsed) {
      this.#tell(file, { ...parsed, path: formatKeyPath(shown) })
      return null
    }
    if (!this.#told.has(file.path)) this.#warnings.push(...parsed.warnings)
    this.#told.add(file.path)
    const { root } = parsed.tree
    const isRoot = chain.length === 1
    if (root === null) {
      return {
        kind: 'object',
        members: new Map(),
        sources: [{ file, path: [], node: null, keySpan: null }],
        hidden: [],
      }
    }
    if (isRoot && root.kind !== 'object') {
      const place = parsed.lines.placeOf(root.start)
      this.#problems.push({ path: '', code: 'parse_error', message: 'expected an object', file: file.name, ...place })
      return null
    }
    return this.#part(root, { file, chain, path: [], shown, keySpan: null })
  }

  /** A file that is included twice is broken once. */
  #tell(file: ConfigFile, problem: ConfigProblem): void {
    if (!this.#told.has(file.path)) this.#problems.push(problem)
    this.#told.add(file.path)
  }

  #part(node: ValueNode, at: Standing): Part {
    const source: Source = { file: at.file, path: at.path, node, keySpan: at.keySpan }
    if (node.kind === 'scalar') return { kind: 'scalar', value: node.value, sources: [source], hidden: [] }
    if (node.kind === 'list') {
      const elements = node.elements.map((item, index) => this.#part(item, inside(at, index, null)))
      return { kind: 'list', elements, sources: [source], hidden: [] }
    }
    return this.#object(node, at, source)
  }

  #object(node: ObjectNode, at: Standing, source: Source): Part {
    const include = includeNames(node)
    const members = new Map<string, Part>()
    for (const { key, keySpan, value } of node.members) {
      if (key !== INCLUDE_KEY) members.set(key, this.#part(value, inside(at, key, keySpan)))
    }
    const own: Part = { kind: 'object', members, sources: [source], hidden: [] }
    if (include === null) return own
    if (!include.isValid) this.#refuse(at, include.span, 'expected a file name or a list of file names')
    const parts = include.names.flatMap((name) => this.#included(name, at, include.span) ?? [])
    const first = parts[0]
    if (first === undefined) return own
    const content = parts.slice(1).reduce(merged, first)
    if (members.size === 0) return content
    if (content.kind === 'object') return merged(content, own)
    const where = at.shown.length === 0 ? 'the root' : JSON.stringify(formatKeyPath(at.shown))
    this.#refuse(at, include.span, `include is not an object, but ${where} has other keys beside ${INCLUDE_KEY}`)
    return own
  }

  /** Null when it cannot be included. */
  #included(name: string, at: Standing, span: Span): Part | null {
    const path = includedPath(at.file.path, name)
    const file = this.#files.get(path)
    const refusal = this.#refusalOf(name, path, file, at, span)
    if (refusal === null) return this.#wholeFile(file!, [...at.chain, file!], at.shown)
    this.#refuse(at, span, refusal)
    return null
  }

  #refusalOf(name: string, path: string, file: ConfigFile | undefined, at: Standing, span: Span): string | null {
    if (!isInside(dirname(this.#rootPath), path)) return `include leaves the config directory: ${name}`
    const earlier = at.chain.findIndex((one) => one.path === path)
    if (earlier !== -1) {
      const names = at.chain.slice(earlier).map((one) => one.name)
      return `include cycle: ${[...names, names[0]].join(' -> ')}`
    }
    if (at.chain.length > MOST_NESTED_INCLUDES) return `include depth is limited to ${MOST_NESTED_INCLUDES}: ${name}`
    this.#includes += 1
    if (file === undefined || this.#includes > MOST_INCLUDED_FILES) {
      return `more than ${MOST_INCLUDED_FILES} files are included: ${name}`
    }
    if (file.isOutside) return `include points outside the config directory through a symlink: ${name}`
    if (file.unreadable !== null) return `include cannot be read (${file.unreadable}): ${name}`
    return file.exists ? null : `include not found: ${name} (from ${at.file.name}:${lineOf(at.file, span)})`
  }

  #refuse(at: Standing, span: Span, message: string): void {
    const path = formatKeyPath(at.shown)
    this.#problems.push({ path, code: 'include_error', message, file: at.file.name, ...placeIn(at.file, span) })
  }
}

function inside(at: Standing, segment: string | number, keySpan: Span | null): Standing {
  return { ...at, path: [...at.path, segment], shown: [...at.shown, segment], keySpan }
}

function placeIn(file: ConfigFile, span: Span) {
  return 'code' in file.parsed ? { line: 1, column: 1 } : file.parsed.lines.placeOf(span.start)
}

function lineOf(file: ConfigFile, span: Span): number {
  return placeIn(file, span).line
}
