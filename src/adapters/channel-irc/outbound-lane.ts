import type { ChannelFailure } from '../../application/ports/channel.js'
import type { Clock, Timer } from '../../application/ports/clock.js'

/** How fast a server lets us speak: so many lines at once, then one in so many milliseconds. */
export interface Pace {
  readonly burst: number
  readonly everyMs: number
}

/** Slower than the limits of the servers in use. RFC 2813 (5.8) allows five lines ahead and one every two seconds. */
export const USUAL_PACE: Pace = { burst: 4, everyMs: 2_000 }

/** A receipt is answered by the server alone, so it weighs less than a line that is shown. */
const RECEIPT_WEIGHT = 0.5

interface Job {
  readonly target: string
  readonly lines: string[]
  readonly receipt: string
  hasBegun: boolean
  readonly settle: (outcome: { readonly failure?: unknown }) => void
}

export interface LaneWire {
  say(target: string, line: string): void
  /** Asks the server for a sign that it has taken everything up to here. */
  askReceipt(token: string): void
}

/**
 * Everything that is said on one connection, no faster than the server allows. Targets take turns, so that a long
 * answer in one chat does not silence the others; within one target the order is kept.
 */
export class OutboundLane {
  readonly #wire: LaneWire
  readonly #clock: Clock
  readonly #pace: Pace
  #allowance: number
  #countedAt: number
  #timer: Timer | undefined
  #receipts = 0
  /** By target, in the order of their turns. */
  readonly #waiting = new Map<string, Job[]>()
  /** Said completely, and not yet known to have arrived. */
  readonly #unconfirmed = new Map<string, Job>()

  constructor(wire: LaneWire, clock: Clock, pace: Pace) {
    this.#wire = wire
    this.#clock = clock
    this.#pace = pace
    this.#allowance = pace.burst
    this.#countedAt = clock.monotonic()
  }

  /** Resolves when the server has taken all lines; when the signal aborts, what was not said stays unsaid. */
  send(target: string, lines: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#drop(job)
        job.settle({ failure: signal.reason })
      }
      const job: Job = {
        target,
        lines: [...lines],
        receipt: `mayros-${++this.#receipts}`,
        hasBegun: false,
        settle: (outcome) => {
          signal.removeEventListener('abort', leave)
          if ('failure' in outcome) reject(outcome.failure)
          else resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.set(target, [...(this.#waiting.get(target) ?? []), job])
      this.#go()
    })
  }

  /** The server has taken everything up to this receipt. */
  confirm(receipt: string): void {
    const job = this.#unconfirmed.get(receipt)
    this.#unconfirmed.delete(receipt)
    job?.settle({})
  }

  /** The server refuses what was said last to a target. */
  refuse(target: string, failure: ChannelFailure): void {
    const begun = [...this.#unconfirmed.values(), ...(this.#waiting.get(target) ?? [])]
    const job = begun.find((one) => one.target === target && one.hasBegun)
    if (job === undefined) return
    this.#drop(job)
    job.settle({ failure })
  }

  /** The connection is gone. */
  end(failure: ChannelFailure): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const jobs = [...this.#unconfirmed.values(), ...[...this.#waiting.values()].flat()]
    this.#unconfirmed.clear()
    this.#waiting.clear()
    for (const job of jobs) job.settle({ failure })
  }

  #go(): void {
    if (this.#timer !== undefined) return
    this.#count()
    for (let target = firstOf(this.#waiting); target !== undefined; target = firstOf(this.#waiting)) {
      if (this.#allowance < 1) {
        const wait = (1 - this.#allowance) * this.#pace.everyMs
        this.#timer = this.#clock.after(wait, () => {
          this.#timer = undefined
          this.#go()
        })
        return
      }
      this.#takeTurn(target)
    }
  }

  #takeTurn(target: string): void {
    const [job, ...others] = this.#waiting.get(target) ?? []
    this.#waiting.delete(target)
    if (job === undefined) return
    const line = job.lines.shift()
    if (line !== undefined) {
      job.hasBegun = true
      this.#allowance -= 1
      this.#wire.say(target, line)
    }
    if (job.lines.length === 0) {
      this.#allowance -= RECEIPT_WEIGHT
      this.#unconfirmed.set(job.receipt, job)
      this.#wire.askReceipt(job.receipt)
    }
    const left = job.lines.length === 0 ? others : [job, ...others]
    if (left.length > 0) this.#waiting.set(target, left)
  }

  #count(): void {
    const now = this.#clock.monotonic()
    this.#allowance = Math.min(this.#pace.burst, this.#allowance + (now - this.#countedAt) / this.#pace.everyMs)
    this.#countedAt = now
  }

  #drop(job: Job): void {
    this.#unconfirmed.delete(job.receipt)
    const left = (this.#waiting.get(job.target) ?? []).filter((one) => one !== job)
    if (left.length > 0) this.#waiting.set(job.target, left)
    else this.#waiting.delete(job.target)
  }
}

function firstOf(waiting: ReadonlyMap<string, unknown>): string | undefined {
  return waiting.keys().next().value
}
