import { readdirSync } from 'node:fs'
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** How exactly delays are told, in milliseconds; the timer behind it wakes the process as often. */
const RESOLUTION_MS = 20
const NANOSECONDS = 1e9

export interface ProcessReadings {
  readonly cpuUserSeconds: number
  readonly cpuSystemSeconds: number
  readonly startedAtSeconds: number
  readonly residentBytes: number
  readonly heapTotalBytes: number
  readonly heapUsedBytes: number
  readonly externalBytes: number
  /** Null where the system does not tell. */
  readonly openFiles: number | null
  /** How late the event loop was since the last reading, in seconds; null with the first one. */
  readonly loopDelay: LoopDelay | null
}

export interface LoopDelay {
  readonly mean: number
  readonly max: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** How the process is. Watches the event loop from the first reading on, because only then somebody wants to know. */
export class ProcessWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  constructor() {
    this.#delay.enable()
  }

  read(): ProcessReadings {
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    return {
      cpuUserSeconds: user / 1e6,
      cpuSystemSeconds: system / 1e6,
      startedAtSeconds: Math.round(Date.now() / 1000 - process.uptime()),
      residentBytes: rss,
      heapTotalBytes: heapTotal,
      heapUsedBytes: heapUsed,
      externalBytes: external,
      openFiles: openFiles(),
      loopDelay: this.#loopDelay(),
    }
  }

  /** The histogram measures from tick to tick, so what was meant to pass between two is taken off. */
  #loopDelay(): LoopDelay | null {
    const delay = this.#delay
    if (delay.count === 0) return null
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000)
    const read = {
      mean: late(delay.mean),
      max: late(delay.max),
      p50: late(delay.percentile(50)),
      p90: late(delay.percentile(90)),
      p99: late(delay.percentile(99)),
    }
    delay.reset()
    return read
  }
}

function openFiles(): number | null {
  if (process.platform !== 'linux') return null
  try {
    return readdirSync('/proc/self/fd').length
  } catch (thrown) {
    // Without a mounted /proc nobody can say.
    if (thrown instanceof Error) return null
    throw thrown
  }
}
