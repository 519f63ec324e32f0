import { agentOfKey, type KeySpace } from '../../../domain/session/session-key.js'
import type { Clock } from '../../ports/clock.js'
import type { Ids } from '../../ports/ids.js'
import type { SessionStore } from '../../ports/session-store.js'
import type { InjectMessage } from '../../sessions/inject-message.js'
import { newSession } from '../../sessions/new-session.js'
import { requiredKey } from '../../sessions/required-key.js'

export interface MirrorMessageParts {
  readonly store: Pick<SessionStore, 'session' | 'commit'>
  readonly space: KeySpace
  readonly injecting: Pick<InjectMessage, 'inject'>
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
}

/** Puts what was sent to a chat into its conversation, so that the agent knows what people have read. */
export class MirrorMessage {
  readonly #parts: MirrorMessageParts

  constructor(parts: MirrorMessageParts) {
    this.#parts = parts
  }

  /** Begins the conversation when there is none. Rejects when it could not be written. */
  async mirror(sessionKey: string, text: string): Promise<void> {
    const { store, space, injecting, clock, ids } = this.#parts
    const key = requiredKey(sessionKey, space)
    if ((await store.session(key)) === null) {
      const agentId = agentOfKey(key, space)
      const otherwise = newSession(key, { agentId, sessionId: ids.uuid(), now: clock.now() })
      await store.commit([{ kind: 'session.update', key, changes: {}, otherwise }])
    }
    await injecting.inject({ sessionKey: key, message: text })
  }
}
