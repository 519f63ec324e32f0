import type { Clock, Timer } from '../../application/ports/clock.js'

const REGAIN_EVERY_MS = 60_000
const MOST_ALTERNATIVES = 6
/** Shortest limit of nicks in use; digits must fit into it to be seen. */
const SHORT_NICK = 9

/** Gets us in under another nick while ours is taken, and back to it as soon as it is free. */
export class NickKeeper {
  readonly #wanted: string
  readonly #clock: Clock
  readonly #ask: (nick: string) => void
  #tried = 0
  #timer: Timer | undefined

  /** @param ask asks the server for a nick */
  constructor(wanted: string, clock: Clock, ask: (nick: string) => void) {
    this.#wanted = wanted
    this.#clock = clock
    this.#ask = ask
  }

  /** Whether the nick that was asked for last is one of our own making. */
  get hasTried(): boolean {
    return this.#tried > 0
  }

  /** Asks for the next alternative; false when there is none left. */
  askAlternative(): boolean {
    this.#tried++
    if (this.#tried > MOST_ALTERNATIVES) return false
    const stem = this.#wanted.slice(0, SHORT_NICK - 1)
    this.#ask(this.#tried === 1 ? `${this.#wanted}_` : this.#tried === 2 ? `${stem}_` : `${stem}${this.#tried}`)
    return true
  }

  /** Goes on asking for the wanted nick until it is ours. */
  watch(hasWanted: () => boolean): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (hasWanted()) return
    this.#timer = this.#clock.after(REGAIN_EVERY_MS, () => {
      if (!hasWanted()) this.#ask(this.#wanted)
      this.watch(hasWanted)
    })
  }

  /** Somebody gave up a nick. */
  freed(isWanted: boolean): void {
    if (isWanted && this.#timer !== undefined) this.#ask(this.#wanted)
  }

  end(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
