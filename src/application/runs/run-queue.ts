import type { Lane, LaneCaps } from '../../domain/run/queue-lane.js'
import type { Clock, Timer } from '../ports/clock.js'

/** What the queue asks about those who wait. Those asked about are never none, next first. */
export interface QueueParts<Item> {
  readonly caps: LaneCaps
  readonly clock: Pick<Clock, 'after'>
  /** Whose places it takes; null = it needs none. */
  readonly laneOf: (next: Item) => Lane | null
  /** How many of them start together, at least one. */
  readonly turnOf: (waiting: readonly Item[]) => number
  /** Milliseconds until they may start. */
  readonly delayOf: (waiting: readonly Item[]) => number
  /** Must not reject. */
  readonly start: (turn: readonly Item[]) => Promise<void>
}

interface Line<Item> {
  waiting: Item[]
  isBusy: boolean
  /** Where it stands ready; undefined = nowhere. */
  place: Place | undefined
  timer: Timer | undefined
}

/** Items that need no lane have a place of their own. */
type Place = Lane | 'any'

/**
 * Decides when a run may start: one turn at a time per line (a session), so many per lane altogether. Lines of one lane
 * take turns: who has had one goes behind the others, however many wait in its line.
 */
export class RunQueue<Item> {
  readonly #parts: QueueParts<Item>
  readonly #lines = new Map<string, Line<Item>>()
  /** Lines that may start, in the order in which it is their turn. */
  readonly #ready: Readonly<Record<Place, Set<string>>> = {
    any: new Set(),
    main: new Set(),
    subagent: new Set(),
    cron: new Set(),
  }
  readonly #running: Record<Place, number> = { any: 0, main: 0, subagent: 0, cron: 0 }
  #caps: LaneCaps
  #isPaused = false

  constructor(parts: QueueParts<Item>) {
    this.#parts = parts
    this.#caps = parts.caps
  }

  /** Whether something runs or waits in a line. */
  isBusy(line: string): boolean {
    return this.#lines.has(line)
  }

  /** Who waits in a line, next first. */
  waiting(line: string): readonly Item[] {
    return this.#lines.get(line)?.waiting ?? []
  }

  /** Changes how many may run at once; what runs already goes on. */
  limit(caps: LaneCaps): void {
    this.#caps = caps
    this.#advance()
  }

  /** How many turns are under way. */
  get running(): number {
    return this.#running.main + this.#running.subagent + this.#running.cron
  }

  enqueue(name: string, item: Item): void {
    const line = this.#lines.get(name) ?? { waiting: [], isBusy: false, place: undefined, timer: undefined }
    this.#lines.set(name, line)
    line.waiting.push(item)
    this.look(name)
  }

  /** Takes an item that has not started out of its line; false when it is not there. */
  withdraw(name: string, item: Item): boolean {
    const line = this.#lines.get(name)
    const at = line?.waiting.indexOf(item) ?? -1
    if (line === undefined || at === -1) return false
    line.waiting.splice(at, 1)
    this.look(name)
    return true
  }

  /** Takes those at the head of a line out of it, up to the first that is not wanted. */
  draw(name: string, isWanted: (item: Item) => boolean): readonly Item[] {
    const line = this.#lines.get(name)
    if (line === undefined) return []
    const end = line.waiting.findIndex((item) => !isWanted(item))
    const drawn = line.waiting.splice(0, end === -1 ? line.waiting.length : end)
    this.look(name)
    return drawn
  }

  /** To be told when something about those who wait in a line has changed. */
  look(name: string): void {
    const line = this.#lines.get(name)
    if (line === undefined) return
    this.#place(name, line)
    this.#advance()
  }

  /** Nothing new starts from now on. */
  pause(): void {
    this.#isPaused = true
    for (const line of this.#lines.values()) line.timer?.cancel()
  }

  #place(name: string, line: Line<Item>): void {
    line.timer?.cancel()
    line.timer = undefined
    const place = this.#placeFor(name, line)
    if (line.place !== place && line.place !== undefined) this.#ready[line.place].delete(name)
    line.place = place
    if (place !== undefined) this.#ready[place].add(name)
    if (line.waiting.length === 0 && !line.isBusy) this.#lines.delete(name)
  }

  /** Where a line stands ready; one that has to be quiet comes back when it is time. */
  #placeFor(name: string, line: Line<Item>): Place | undefined {
    const [next] = line.waiting
    if (line.isBusy || this.#isPaused || next === undefined) return undefined
    const delayMs = this.#parts.delayOf(line.waiting)
    if (delayMs <= 0) return this.#parts.laneOf(next) ?? 'any'
    line.timer = this.#parts.clock.after(delayMs, () => this.look(name))
    return undefined
  }

  #advance(): void {
    for (const place of ['any', 'main', 'subagent', 'cron'] as const) {
      for (const name of this.#ready[place]) {
        if (this.#isPaused || (place !== 'any' && this.#running[place] >= this.#caps[place])) break
        this.#start(name, place)
      }
    }
  }

  #start(name: string, place: Place): void {
    const line = this.#lines.get(name)
    this.#ready[place].delete(name)
    if (line === undefined) return
    line.place = undefined
    line.isBusy = true
    this.#running[place] += 1
    const turn = line.waiting.splice(0, this.#parts.turnOf(line.waiting))
    void this.#parts.start(turn).finally(() => {
      this.#running[place] -= 1
      line.isBusy = false
      this.look(name)
      this.#advance()
    })
  }
}
