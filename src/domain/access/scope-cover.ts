import { covers, type OperatorScope, type Role } from './scopes.js'

/**
 * The first of the wanted scopes that the granted ones do not cover; undefined when all are. For operators admin covers
 * every `operator.*` and write covers read; anything else, and everything of nodes, needs itself.
 */
export function firstUncovered(role: Role, granted: readonly string[], wanted: readonly string[]): string | undefined {
  const has = new Set(granted)
  return wanted.find((scope) => !has.has(scope) && !(role === 'operator' && isImplied(has, scope)))
}

function isImplied(has: ReadonlySet<string>, scope: string): boolean {
  return scope.startsWith('operator.') && covers(has, scope as OperatorScope)
}

/** Whether the granted scopes are enough for all of the wanted ones. */
export function coversAll(role: Role, granted: readonly string[], wanted: readonly string[]): boolean {
  return firstUncovered(role, granted, wanted) === undefined
}

/** Several lists of scopes as one: sorted, each once. */
export function united(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort()
}
