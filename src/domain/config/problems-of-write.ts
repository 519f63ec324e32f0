import type { ConfigProblem } from './problem.js'

/**
 * The problems that stand in the way of a write. A variable that is missing here may be there for the gateway, so where
 * it was missing before already, a write that has nothing to do with it goes ahead.
 */
export function problemsOfWrite(
  before: readonly ConfigProblem[],
  after: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const known = new Set(before.filter(({ code }) => code === 'env_missing').map(identityOf))
  return after.filter((problem) => problem.code !== 'env_missing' || !known.has(identityOf(problem)))
}

function identityOf({ path, message }: ConfigProblem): string {
  return `${path} ${message}`
}
