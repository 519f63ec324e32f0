import { chatKeyOf, type StoredMessage } from '../../../domain/channels/inbound/stored-message.js'
import type { Clock, Timer } from '../../ports/clock.js'

export interface InboundLanesParts {
  /** Quiet time after which messages of one sender go on together, in milliseconds; 0 = each goes on by itself. */
  readonly quietMs: (channel: string) => number
  /** Goes on by itself, and lets go on what was written before it: media and commands. */
  readonly goesAlone: (message: StoredMessage) => boolean
  /** Messages of one sender, oldest first; those of one chat one turn after the other. Must not reject. */
  readonly dispatch: (messages: readonly StoredMessage[]) => Promise<void>
  readonly clock: Pick<Clock, 'after'>
}

interface Lane {
  waiting: StoredMessage[]
  timer: Timer | undefined
  /** Settles when everything before is through. */
  turn: Promise<void>
  pending: number
}

/** Joins what one person writes in quick succession, and keeps the order of every chat. */
export class InboundLanes {
  readonly #parts: InboundLanesParts
  readonly #lanes = new Map<string, Lane>()
  #isClosed = false

  constructor(parts: InboundLanesParts) {
    this.#parts = parts
  }

  push(message: StoredMessage): void {
    if (this.#isClosed) return
    const { quietMs, goesAlone, clock } = this.#parts
    const name = laneOf(message)
    const lane = this.#laneNamed(name)
    const isAlone = goesAlone(message)
    if (isAlone || lane.waiting.some(({ sender }) => sender.id !== message.sender.id)) this.#flush(name, lane)
    lane.waiting.push(message)
    const delayMs = isAlone ? 0 : quietMs(message.channel)
    lane.timer?.cancel()
    if (delayMs === 0) this.#flush(name, lane)
    else lane.timer = clock.after(delayMs, () => this.#flush(name, lane))
  }

  /** Nothing goes on from now on; ends when what is on its way is through. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const lane of this.#lanes.values()) lane.timer?.cancel()
    await Promise.all([...this.#lanes.values()].map(({ turn }) => turn))
  }

  #laneNamed(name: string): Lane {
    const lane = this.#lanes.get(name) ?? { waiting: [], timer: undefined, turn: Promise.resolve(), pending: 0 }
    this.#lanes.set(name, lane)
    return lane
  }

  #flush(name: string, lane: Lane): void {
    lane.timer?.cancel()
    lane.timer = undefined
    const messages = lane.waiting
    if (messages.length === 0) return
    lane.waiting = []
    lane.pending += 1
    lane.turn = lane.turn
      .then(() => (this.#isClosed ? undefined : this.#parts.dispatch(messages)))
      .then(() => {
        lane.pending -= 1
        if (lane.pending === 0 && lane.waiting.length === 0) this.#lanes.delete(name)
      })
  }
}

function laneOf({ channel, accountId, place }: StoredMessage): string {
  return `${channel}/${accountId}/${chatKeyOf(place)}`
}
