interface Lane {
  name: string
  /** Settles when everything before is through. */
  turn: Promise<void>
  pending: number
}

/** What is to be said in one chat is said one after the other; chats do not wait for each other. */
export class ChatLanes {
  readonly #lanes = new Map<string, Lane>()

  /** @param work must not reject */
  push(name: string, work: () => Promise<void>): void {
    const lane = this.#lanes.get(name) ?? { name, turn: Promise.resolve(), pending: 0 }
    this.#lanes.set(name, lane)
    lane.pending += 1
    lane.turn = lane.turn.then(work).then(() => {
      lane.pending -= 1
      if (lane.pending === 0 && this.#lanes.get(lane.name) === lane) this.#lanes.delete(lane.name)
    })
  }

  /** What waits under one name goes before what comes under the other from now on. */
  rename(from: string, to: string): void {
    const lane = this.#lanes.get(from)
    if (lane === undefined) return
    const other = this.#lanes.get(to)
    if (other !== undefined) {
      this.push(to, () => lane.turn)
      return
    }
    this.#lanes.delete(from)
    lane.name = to
    this.#lanes.set(to, lane)
  }

  /** How many pieces of work are under way or wait. */
  get pending(): number {
    let sum = 0
    for (const { pending } of this.#lanes.values()) sum += pending
    return sum
  }

  /** Resolves when nothing is under way or waits. */
  async idle(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all([...this.#lanes.values()].map(({ turn }) => turn))
  }
}
