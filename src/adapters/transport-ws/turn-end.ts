/** Somebody who keeps something until the turn ends. */
export interface Holding {
  release(): void
}

/**
 * The end of this turn of the event loop. What many answers of one turn have to say to a client leaves in one system
 * call then, which costs several times what a short answer does.
 */
export class TurnEnd {
  #holding: Holding[] = []

  /** To be called once for all that is kept; `release` is called when the turn ends, or before. */
  hold(one: Holding): void {
    if (this.#holding.length === 0) setImmediate(() => this.releaseAll())
    this.#holding.push(one)
  }

  releaseAll(): void {
    const holding = this.#holding
    if (holding.length === 0) return
    this.#holding = []
    for (const one of holding) one.release()
  }
}
