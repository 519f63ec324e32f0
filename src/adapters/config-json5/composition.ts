import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigFile } from './config-files.js'
import type { Span, ValueNode } from './syntax-tree.js'
import type { TextPlace } from './text-place.js'

/** A place in one of the files. */
export interface Source {
  readonly file: ConfigFile
  /** From the root of that file. */
  readonly path: KeyPath
  /** Null for a file without any value. */
  readonly node: ValueNode | null
  /** The key it stands behind, where there is one. */
  readonly keySpan: Span | null
}

interface Sourced {
  /** Who says this value; several where objects or lists were merged. The last one wins. */
  readonly sources: readonly Source[]
  /** Who says another value that this one replaces. */
  readonly hidden: readonly Source[]
}

export interface ObjectPart extends Sourced {
  readonly kind: 'object'
  readonly members: ReadonlyMap<string, Part>
}

export interface ListPart extends Sourced {
  readonly kind: 'list'
  readonly elements: readonly Part[]
}

export interface ScalarPart extends Sourced {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
}

/** A value that is put together from one or several files, and knows from which. */
export type Part = ObjectPart | ListPart | ScalarPart

/** Objects member by member, lists one behind the other; of anything else the later wins. */
export function merged(earlier: Part, later: Part): Part {
  if (earlier.kind === 'object' && later.kind === 'object') {
    const members = new Map(earlier.members)
    for (const [key, part] of later.members) {
      const before = members.get(key)
      members.set(key, before === undefined ? part : merged(before, part))
    }
    return { kind: 'object', members, ...bothOf(earlier, later) }
  }
  if (earlier.kind === 'list' && later.kind === 'list') {
    return { kind: 'list', elements: [...earlier.elements, ...later.elements], ...bothOf(earlier, later) }
  }
  return { ...later, hidden: [...earlier.hidden, ...earlier.sources, ...later.hidden] }
}

function bothOf(earlier: Sourced, later: Sourced): Sourced {
  return { sources: [...earlier.sources, ...later.sources], hidden: [...earlier.hidden, ...later.hidden] }
}

export function memberPart(part: Part | null, segment: string | number): Part | null {
  if (part?.kind === 'object') return part.members.get(String(segment)) ?? null
  return part?.kind === 'list' ? (part.elements[Number(segment)] ?? null) : null
}

export function partAt(root: Part | null, path: KeyPath): Part | null {
  return path.reduce<Part | null>(memberPart, root)
}

/** What is written, before anything is filled in; no key can reach a prototype. */
export function writtenValue(part: Part): unknown {
  if (part.kind === 'scalar') return part.value
  if (part.kind === 'list') return part.elements.map(writtenValue)
  return Object.fromEntries([...part.members].map(([key, member]) => [key, writtenValue(member)]))
}

/** Every part with its path, containers before their content. */
export function* partsIn(part: Part, at: KeyPath = []): Generator<readonly [KeyPath, Part]> {
  yield [at, part]
  if (part.kind === 'scalar') return
  const members = part.kind === 'list' ? part.elements.entries() : part.members.entries()
  for (const [segment, member] of members) yield* partsIn(member, [...at, segment])
}

/** Where a part is said: by the file that wins. */
export function placeOfSource(source: Source, preferKey = false): TextPlace {
  const { file, node, keySpan } = source
  const span = preferKey ? (keySpan ?? node) : node
  return 'code' in file.parsed ? { line: 1, column: 1 } : file.parsed.lines.placeOf(span?.start ?? 0)
}

/**
 * Where a problem with this path should point: at the key when `preferKey`, else at the value; where nothing is said
 * at this path, at the nearest container around it.
 */
export function placeOfPath(root: Part, path: KeyPath, preferKey: boolean): { readonly file: string } & TextPlace {
  for (let length = path.length; ; length--) {
    const source = partAt(root, path.slice(0, length))?.sources.at(-1)
    if (source !== undefined) {
      return { file: source.file.name, ...placeOfSource(source, preferKey || length < path.length) }
    }
    if (length === 0) throw new RangeError(`nothing says ${formatKeyPath(path)}`)
  }
}
