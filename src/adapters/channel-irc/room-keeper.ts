import type { Clock, Timer } from '../../application/ports/clock.js'
import type { Room } from './irc-settings.js'

/** Rooms named by one JOIN; a line holds about that many long names with keys. */
const JOINED_AT_ONCE = 4
const AFTER_KICK_MS = 10_000
const AFTER_REFUSAL_MS = 300_000
const LONGEST_WAIT_MS = 1_800_000

interface Kept {
  readonly room: Room
  isJoined: boolean
  setbacks: number
  problem?: string
  retry?: Timer
}

/** Keeps us in the channels of the configuration: joins, and comes back after a kick or a refusal. */
export class RoomKeeper {
  readonly #clock: Clock
  readonly #join: (names: string, keys: string) => void
  readonly #kept: readonly Kept[]
  readonly #isSame: (one: string, other: string) => boolean

  /** @param join asks the server for channels, both lists with commas */
  constructor(
    rooms: readonly Room[],
    clock: Clock,
    isSame: (one: string, other: string) => boolean,
    join: (names: string, keys: string) => void,
  ) {
    this.#clock = clock
    this.#join = join
    this.#isSame = isSame
    this.#kept = rooms.map((room) => ({ room, isJoined: false, setbacks: 0 }))
  }

  /** Asks for every channel that we are not in; keys stand first, because they are matched by position. */
  joinAll(): void {
    const missing = this.#kept.filter(({ isJoined }) => !isJoined).map(({ room }) => room)
    const ordered = [
      ...missing.filter(({ key }) => key !== undefined),
      ...missing.filter(({ key }) => key === undefined),
    ]
    for (let at = 0; at < ordered.length; at += JOINED_AT_ONCE) {
      const some = ordered.slice(at, at + JOINED_AT_ONCE)
      this.#join(some.map(({ name }) => name).join(','), some.flatMap(({ key }) => key ?? []).join(','))
    }
  }

  joined(name: string): void {
    const kept = this.#find(name)
    if (kept === undefined) return
    kept.isJoined = true
    delete kept.problem
    kept.retry?.cancel()
  }

  /** We are out: kicked, or parted by somebody with the power to. */
  left(name: string, why: string): void {
    this.#later(name, why, AFTER_KICK_MS)
  }

  /** Whether it is one of ours; somebody else's refusal may bear the same number. */
  refused(name: string, why: string): boolean {
    const kept = this.#find(name)
    if (kept === undefined || kept.isJoined) return false
    this.#later(name, why, AFTER_REFUSAL_MS)
    return true
  }

  /** Somebody opened the door; only what the configuration names is entered. */
  invited(name: string): void {
    const kept = this.#find(name)
    if (kept !== undefined && !kept.isJoined) this.#join(kept.room.name, kept.room.key ?? '')
  }

  /** Channels we are in, and the others with the reason. */
  get places(): { readonly joined: readonly string[]; readonly missing: readonly string[] } {
    return {
      joined: this.#kept.filter(({ isJoined }) => isJoined).map(({ room }) => room.name),
      missing: this.#kept
        .filter(({ isJoined }) => !isJoined)
        .map(({ room, problem }) => (problem === undefined ? room.name : `${room.name} (${problem})`)),
    }
  }

  end(): void {
    for (const { retry } of this.#kept) retry?.cancel()
  }

  #later(name: string, why: string, waitMs: number): void {
    const kept = this.#find(name)
    if (kept === undefined) return
    kept.isJoined = false
    kept.problem = why
    kept.retry?.cancel()
    const wait = Math.min(waitMs * 2 ** kept.setbacks, LONGEST_WAIT_MS)
    kept.setbacks++
    kept.retry = this.#clock.after(wait, () => this.#join(kept.room.name, kept.room.key ?? ''))
  }

  #find(name: string): Kept | undefined {
    return this.#kept.find(({ room }) => this.#isSame(room.name, name))
  }
}
