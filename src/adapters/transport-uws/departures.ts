/** Those who are still here, and a way to wait until the ones of this moment have left. */
export class Departures<Guest extends object> {
  readonly #present = new Set<Guest>()
  readonly #waits = new Set<{ readonly left: Set<Guest>; readonly done: () => void }>()

  arrived(guest: Guest): void {
    this.#present.add(guest)
  }

  departed(guest: Guest): void {
    this.#present.delete(guest)
    for (const wait of this.#waits) {
      if (wait.left.delete(guest) && wait.left.size === 0) wait.done()
    }
  }

  present(): readonly Guest[] {
    return [...this.#present]
  }

  /**
   * Resolves when everybody who is here now has left. When the deadline aborts before that, hands each of those who
   * are left to `cut` and waits for them to go.
   */
  async allGone(deadline: AbortSignal, cut: (guest: Guest) => void): Promise<void> {
    const left = new Set(this.#present)
    if (left.size === 0) return
    await new Promise<void>((resolve) => {
      const cutRest = () => [...left].forEach(cut)
      const wait = {
        left,
        done: () => {
          this.#waits.delete(wait)
          deadline.removeEventListener('abort', cutRest)
          resolve()
        },
      }
      this.#waits.add(wait)
      deadline.addEventListener('abort', cutRest, { once: true })
      if (deadline.aborted) cutRest()
    })
  }
}
