import type { LocatedProblem } from './explain-issues.js'
import { formatKeyPath, type KeyPath } from './key-path.js'
import { nearestKey } from './nearest-key.js'
import type { ConfigProblemCode } from './problem.js'

/** One thing that a rule over several keys found. */
export function finding(at: KeyPath, code: ConfigProblemCode, message: string, hint?: string): LocatedProblem {
  return { at, problem: { path: formatKeyPath(at), code, message, ...(hint === undefined ? {} : { hint }) } }
}

/** A reference to something that is not there. */
export function notFound(at: KeyPath, what: string, written: string, known: readonly string[]): LocatedProblem {
  const nearest = nearestKey(written, known)
  const hint = nearest === null ? undefined : `did you mean "${nearest}"?`
  return finding(at, 'not_found', `there is no ${what} ${JSON.stringify(written)}`, hint)
}
