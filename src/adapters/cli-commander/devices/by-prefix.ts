import { CliFailure } from '../cli-failure.js'

/** How ids are looked up, and what is said when that fails. */
export interface Lookup<T> {
  readonly what: string
  idOf(item: T): string
  /** For people, one line, in the list of candidates. */
  describe(item: T): string
  readonly hint: string
}

/**
 * The one item whose id is the given text or begins with it, whatever the case.
 * @throws CliFailure `not_found`, or `ambiguous` with the candidates
 */
export function byPrefix<T>(items: readonly T[], given: string, { what, idOf, describe, hint }: Lookup<T>): T {
  const wanted = given.trim().toLowerCase()
  const exact = items.find((item) => idOf(item).toLowerCase() === wanted)
  if (exact !== undefined) return exact
  const found = wanted === '' ? [] : items.filter((item) => idOf(item).toLowerCase().startsWith(wanted))
  const [first] = found
  if (first === undefined) {
    throw new CliFailure('not_found', `no ${what} ${given}`, { notes: [{ label: 'fix', text: hint }] })
  }
  if (found.length === 1) return first
  throw new CliFailure('ambiguous', `${found.length} ids begin with ${given}`, {
    notes: found.map((item) => ({ label: 'note', text: describe(item) })),
    details: { candidates: found.map(idOf) },
  })
}

/** Each id as short as it can be typed, at least `least` characters. */
export function shortIds(ids: readonly string[], least: number): ReadonlyMap<string, string> {
  return new Map(ids.map((id) => [id, shortest(id, ids, least)]))
}

function shortest(id: string, ids: readonly string[], least: number): string {
  for (let length = least; length < id.length; length++) {
    const prefix = id.slice(0, length)
    if (ids.every((other) => other === id || !other.startsWith(prefix))) return prefix
  }
  return id
}
