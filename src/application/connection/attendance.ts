/** The members of a group that comes and goes, and a way to wait until those of a certain moment have gone. */
export class Attendance<Member extends object> {
  readonly #present = new Set<Member>()
  readonly #farewells = new Set<{ readonly left: Set<Member>; done(): void }>()

  add(member: Member): void {
    this.#present.add(member)
  }

  delete(member: Member): void {
    if (!this.#present.delete(member)) return
    for (const farewell of this.#farewells) {
      if (farewell.left.delete(member) && farewell.left.size === 0) farewell.done()
    }
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#present.values()
  }

  /** Resolves when those present now have gone; from the deadline on, whoever is left is given to `cut` first. */
  async farewell(deadline: AbortSignal, cut: (member: Member) => void): Promise<void> {
    const left = new Set(this.#present)
    if (left.size === 0) return
    const cutRest = () => {
      for (const member of [...left]) cut(member)
    }
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#farewells.delete(farewell)
        deadline.removeEventListener('abort', cutRest)
        resolve()
      }
      const farewell = { left, done }
      this.#farewells.add(farewell)
      deadline.addEventListener('abort', cutRest, { once: true })
      if (deadline.aborted) cutRest()
    })
  }
}
