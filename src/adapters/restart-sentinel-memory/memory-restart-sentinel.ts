import type { RestartSentinel, SentinelNote } from '../../application/ports/restart-sentinel.js'

/** The note in memory, for gateways that live inside a program. */
export class MemoryRestartSentinel implements RestartSentinel {
  readonly path = 'memory'
  #note: SentinelNote | null = null

  async leave(note: SentinelNote): Promise<void> {
    this.#note = note
  }

  async take(): Promise<SentinelNote | null> {
    const note = this.#note
    this.#note = null
    return note
  }
}
