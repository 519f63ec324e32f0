import { REDACTED } from '../config/redacted.js'
import { messageOf } from '../failure.js'
import type { Masking } from './masking.js'
import { printable } from './printable.js'

const DEEPEST = 6
const MOST_MEMBERS = 100

/** Names that every line carries itself; a field of such a name gets an underscore behind it. */
const TAKEN = new Set(['time', 'level', 'subsystem', 'message', 'pid', 'instance', 'truncated', '0', '_meta'])

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/** An error as a line carries it. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: Plain
}

/**
 * Fields as they may be written: plain data only, secrets masked, cycles and depths cut, control characters spelled
 * out. Never throws, whatever the fields are.
 */
export function plainFields(fields: Readonly<Record<string, unknown>>, masking: Masking): Record<string, Plain> {
  const plain: Record<string, Plain> = {}
  for (const [name, value] of membersOf(fields)) {
    const written = plainMember(name, value, masking, 1)
    if (written !== undefined) plain[TAKEN.has(name) ? `${name}_` : name] = written
  }
  return plain
}

function plainMember(name: string, value: unknown, masking: Masking, depth: number): Plain | undefined {
  if (value === undefined || typeof value === 'function') return undefined
  if (value !== null && typeof value !== 'boolean' && masking.hidesField(name)) return REDACTED
  return plainValue(value, masking, depth)
}

function plainValue(value: unknown, masking: Masking, depth: number): Plain {
  switch (typeof value) {
    case 'string':
      return masking.text(printable(value))
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : plainObject(value, masking, depth)
    default:
      return masking.text(printable(String(value)))
  }
}

function plainObject(value: object, masking: Masking, depth: number): Plain {
  try {
    if (value instanceof Error) return plainError(value, masking, depth) as unknown as Plain
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
    if (value instanceof URL) return masking.text(value.href)
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    if (depth >= DEEPEST) return Array.isArray(value) ? '[list]' : '[object]'
    if (Array.isArray(value) || value instanceof Set) {
      return [...value].slice(0, MOST_MEMBERS).map((item) => plainValue(item, masking, depth + 1))
    }
    return plainMembers(value, masking, depth)
  } catch (error) {
    return `[unreadable: ${masking.text(printable(messageOf(error)))}]`
  }
}

function plainMembers(value: object, masking: Masking, depth: number): Plain {
  const plain: Record<string, Plain> = {}
  const members =
    value instanceof Map ? [...value].map(([name, member]) => [String(name), member] as const) : membersOf(value)
  for (const [name, member] of members) {
    const written = plainMember(name, member, masking, depth + 1)
    if (written !== undefined) plain[masking.text(printable(name))] = written
  }
  return plain
}

/** The stack keeps its line feeds: it is shown as a block, never as the start of a line. */
function plainError(error: Error, masking: Masking, depth: number): PlainError {
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    name: printable(String(error.name)),
    message: masking.text(printable(String(error.message))),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof error.stack === 'string' ? { stack: masking.text(printableBlock(error.stack)) } : {}),
    ...(error.cause === undefined || depth >= DEEPEST ? {} : { cause: plainValue(error.cause, masking, depth + 1) }),
  }
}

function printableBlock(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** Own enumerable members, at most MOST_MEMBERS; one that throws when read says so instead. */
function membersOf(value: object): (readonly [string, unknown])[] {
  return Object.keys(value)
    .slice(0, MOST_MEMBERS)
    .map((name) => [name, readMember(value, name)] as const)
}

function readMember(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name]
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}
