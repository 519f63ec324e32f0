/**
 * Decides when a run may start: one at a time per lane (a session), so many at a time altogether, first come first
 * served among the lanes that are free.
 */
export class RunQueue<Item> {
  readonly #start: (item: Item) => Promise<void>
  readonly #waiting = new Map<string, Item[]>()
  /** Lanes with something to start and nothing running, in order of arrival. */
  readonly #ready = new Set<string>()
  readonly #busy = new Set<string>()
  #maxConcurrent: number
  #isPaused = false

  constructor(maxConcurrent: number, start: (item: Item) => Promise<void>) {
    this.#maxConcurrent = maxConcurrent
    this.#start = start
  }

  /** Whether something runs or waits in a lane. */
  isBusy(lane: string): boolean {
    return this.#busy.has(lane) || this.#waiting.has(lane)
  }

  /** Changes how many may run at once; what runs already goes on. */
  limit(maxConcurrent: number): void {
    this.#maxConcurrent = maxConcurrent
    this.#advance()
  }

  /** How many run now. */
  get running(): number {
    return this.#busy.size
  }

  enqueue(lane: string, item: Item): void {
    const line = this.#waiting.get(lane)
    if (line === undefined) this.#waiting.set(lane, [item])
    else line.push(item)
    if (!this.#busy.has(lane)) this.#ready.add(lane)
    this.#advance()
  }

  /** Takes an item that has not started out of its lane; false when it is not there. */
  withdraw(lane: string, item: Item): boolean {
    const line = this.#waiting.get(lane)
    const at = line?.indexOf(item) ?? -1
    if (line === undefined || at === -1) return false
    line.splice(at, 1)
    if (line.length === 0) {
      this.#waiting.delete(lane)
      this.#ready.delete(lane)
    }
    return true
  }

  /** Nothing new starts from now on. */
  pause(): void {
    this.#isPaused = true
  }

  #advance(): void {
    for (const lane of this.#ready) {
      if (this.#isPaused || this.#busy.size >= this.#maxConcurrent) return
      this.#ready.delete(lane)
      const line = this.#waiting.get(lane) as Item[]
      const item = line.shift() as Item
      if (line.length === 0) this.#waiting.delete(lane)
      this.#busy.add(lane)
      void this.#start(item).finally(() => this.#finished(lane))
    }
  }

  #finished(lane: string): void {
    this.#busy.delete(lane)
    if (this.#waiting.has(lane)) this.#ready.add(lane)
    this.#advance()
  }
}
