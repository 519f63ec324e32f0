import type { LocatedProblem } from './explain-issues.js'

/**
 * A problem with a value that came out of a reference names that reference instead of the value, which may be a secret
 * that was only put into the wrong place.
 * @param source `environment variable PORT`
 */
export function blameReference({ at, problem }: LocatedProblem, source: string): LocatedProblem {
  const [expected, found] = problem.message.split(', got ')
  if (found === undefined) return { at, problem }
  return { at, problem: { ...problem, message: `${expected}, got something else from ${source}` } }
}
