import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { parseKeyPath, resolveKeyPath } from '../../domain/config/parse-key-path.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'

/** What stands behind `/config` or `/debug`. */
export interface ConfigWords {
  readonly action: string
  /** Empty = none was given. */
  readonly path: string
  /** Empty = none was given. */
  readonly value: string
}

const MOST_CHARACTERS = 3_000

/** `set tools.exec.ask always`; `=` may stand between path and value. */
export function configWords(args: string): ConfigWords {
  const [, action = '', path = '', value = ''] =
    /^(\S*)\s*((?:\[[^\]]*\]|[^\s=])*)\s*=?\s*(.*)$/s.exec(args.trim()) ?? []
  return { action: action.toLowerCase(), path, value: value.trim() }
}

/** @param values where elements are looked for that a path names by what they contain */
export function keyPathOf(text: string, ...values: readonly unknown[]): KeyPath {
  if (text === '') throw invalidRequest('Name a key, such as messages.queue.mode.')
  const typed = parseKeyPath(text)
  if ('message' in typed) throw invalidRequest(`Bad path ${text}: ${typed.message} at column ${typed.column}.`)
  const at = resolveKeyPath(typed, ...values)
  if (at === null) throw invalidRequest(`There is nothing at ${text}.`)
  return at
}

/** A value as people read it, cut where it is long. */
export function shownValue(at: KeyPath, value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value, null, 2)
  const cut =
    text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n[...] name a key to see the rest` : text
  return at.length === 0 ? cut : `${formatKeyPath(at)}: ${cut}`
}
