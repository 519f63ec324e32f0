import type { KeyPath } from './key-path.js'

/** The element of a list whose member `key` is `value`. */
export interface ElementWith {
  readonly key: string
  readonly value: string
}

/** A path as a person types it: keys, indexes, and elements named by what they contain. */
export type TypedPath = readonly (string | number | ElementWith)[]

/** Where a typed path stops making sense. */
export interface PathMistake {
  /** Counted from 1. */
  readonly column: number
  readonly message: string
}

const WORD = /(?:\\.|[^.[\]\\])+/y
const INDEX = /\[(\d+)\]/y
const QUOTED = /\[("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]/y
const ELEMENT = /\[([A-Za-z_$][\w$-]*)=([^\]]+)\]/y

/**
 * Reads `agents.list[0].id`, `agents.list[id=ops].model`, `channels.telegram.groups["-100:5"]`, `a\.b.c`. A backslash
 * takes the meaning off the character behind it.
 */
export function parseKeyPath(text: string): TypedPath | PathMistake {
  const path: (string | number | ElementWith)[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at += match[0].length
    return match
  }
  while (at < text.length || path.length === 0) {
    if (text[at] === '[') {
      const segment = bracket(take)
      if (segment === null) return { column: at + 1, message: 'expected [0], ["key"] or [id=value]' }
      path.push(segment)
    } else {
      if (path.length > 0 && text[at] !== '.') return { column: at + 1, message: 'expected a dot or a bracket' }
      if (path.length > 0) at += 1
      const word = take(WORD)
      if (word === null) return { column: at + 1, message: 'expected a key' }
      path.push(word[0].replace(/\\(.)/g, '$1'))
    }
  }
  return path
}

function bracket(take: (pattern: RegExp) => RegExpExecArray | null): string | number | ElementWith | null {
  const index = take(INDEX)
  if (index !== null) return Number(index[1])
  const quoted = take(QUOTED)
  if (quoted !== null) return unquoted(quoted[1]!)
  const element = take(ELEMENT)
  return element === null ? null : { key: element[1]!, value: element[2]! }
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1)
  return inner.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * The path of the value that is meant. Elements named by what they contain are looked for in `values`, one after the
 * other; digits name an element where there is a list. Null when there is no such element.
 */
export function resolveKeyPath(path: TypedPath, ...values: readonly unknown[]): KeyPath | null {
  const resolved: (string | number)[] = []
  let insides = values
  for (const segment of path) {
    const found = keyIn(segment, insides)
    if (found === null) return null
    resolved.push(found)
    insides = insides.map((inside) => memberOf(inside, found))
  }
  return resolved
}

function keyIn(segment: string | number | ElementWith, insides: readonly unknown[]): string | number | null {
  if (typeof segment === 'number') return segment
  if (typeof segment === 'string') {
    return /^\d+$/.test(segment) && insides.some(Array.isArray) ? Number(segment) : segment
  }
  for (const inside of insides) {
    if (!Array.isArray(inside)) continue
    const index = inside.findIndex((element: unknown) => String(memberOf(element, segment.key)) === segment.value)
    if (index !== -1) return index
  }
  return null
}

function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string | number, unknown>)[key]
}
