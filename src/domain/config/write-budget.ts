/** How many writes one caller may make in a window. */
export interface BudgetRule {
  readonly calls: number
  readonly windowMs: number
}

/** Counts writes per caller in a sliding window; callers that went quiet are forgotten. */
export class WriteBudget {
  readonly #rule: BudgetRule
  readonly #spent = new Map<string, number[]>()

  constructor(rule: BudgetRule) {
    this.#rule = rule
  }

  /** How long the caller has to wait before its next write, in milliseconds; 0 = it may write now. */
  waitMs(caller: string, now: number): number {
    const recent = this.#recent(caller, now)
    const oldest = recent[0]
    return oldest === undefined || recent.length < this.#rule.calls ? 0 : oldest + this.#rule.windowMs - now
  }

  /** Books a write that was made. */
  spend(caller: string, now: number): void {
    for (const known of [...this.#spent.keys()]) if (this.#recent(known, now).length === 0) this.#spent.delete(known)
    this.#spent.set(caller, [...this.#recent(caller, now), now])
  }

  #recent(caller: string, now: number): number[] {
    return (this.#spent.get(caller) ?? []).filter((at) => now - at < this.#rule.windowMs)
  }
}
