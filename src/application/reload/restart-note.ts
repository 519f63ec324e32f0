import { type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { RestartSentinel } from '../ports/restart-sentinel.js'

/** Tells the session that asked for a restart what it wanted to hear afterwards. */
export class RestartNote {
  readonly #sentinel: RestartSentinel
  readonly #events: SystemEvents
  readonly #keySpace: KeySpace

  constructor(sentinel: RestartSentinel, events: SystemEvents, keySpace: KeySpace) {
    this.#sentinel = sentinel
    this.#events = events
    this.#keySpace = keySpace
  }

  /** Hands out the note of the last restart, if there is one, with the next turn of its session. */
  async deliver(): Promise<void> {
    const note = await this.#sentinel.take()
    if (note === null || note.message === null || note.message.trim() === '') return
    const main = mainSessionKey(this.#keySpace.defaultAgentId, this.#keySpace)
    await this.#events.queue(note.sessionKey ?? main, `the gateway restarted: ${note.message.trim()}`)
  }
}
