/**
 * Why a gateway does not start. `configuration` will not pass by itself: a supervisor must not try again.
 * `conflict` may pass: somebody else holds what we need.
 */
export interface StartRefusal {
  readonly kind: 'configuration' | 'conflict'
  /** The line operators search for. */
  readonly message: string
  /** More facts, one a line. */
  readonly facts: readonly string[]
  /** What to do; shown behind `fix:`. */
  readonly fix: string | null
}

/** All lines of a refusal, as they go to stderr. */
export function refusalLines(refusal: StartRefusal): readonly string[] {
  return [refusal.message, ...refusal.facts, ...(refusal.fix === null ? [] : [`fix: ${refusal.fix}`])]
}
