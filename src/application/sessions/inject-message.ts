import { messageOf } from '../../domain/failure.js'
import type { ChatInjectParams } from '../../domain/protocol/methods/runs.js'
import { invalidRequest, unavailable } from '../../domain/protocol/refusal.js'
import { historyMessage } from '../../domain/session/history-view.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { TranscriptEntry } from '../../domain/session/transcript.js'
import { GATEWAY_AUTHOR } from '../../domain/session/without-commands.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore } from '../ports/session-store.js'
import { requiredKey } from './required-key.js'

/** Provider and model of entries that no model wrote. */
const INJECTED = { api: 'mayros', provider: 'mayros', model: GATEWAY_AUTHOR } as const

const NO_USAGE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } as const

/** Puts words into a conversation as if the assistant had said them, and tells everyone who listens. */
export class InjectMessage {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #broadcast: Pick<Broadcast, 'publish'>
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  constructor(
    store: SessionStore,
    space: KeySpace,
    broadcast: Pick<Broadcast, 'publish'>,
    makes: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#store = store
    this.#space = space
    this.#broadcast = broadcast
    this.#makes = makes
  }

  async inject(params: ChatInjectParams): Promise<{ ok: true; messageId: string }> {
    const key = requiredKey(params.sessionKey, this.#space)
    const session = await this.#store.session(key)
    if (session === null) throw invalidRequest('session not found')
    const said = this.#entry(params)
    const now = said.message.timestamp
    try {
      await this.#store.commit([
        { kind: 'session.update', key, changes: { updatedAt: now }, otherwise: session },
        { kind: 'transcript.append', sessionId: session.sessionId, entries: [said] },
      ])
    } catch (thrown) {
      throw unavailable(`failed to write transcript: ${messageOf(thrown)}`, { cause: thrown })
    }
    this.#broadcast.publish('chat', {
      runId: `inject-${said.id}`,
      sessionKey: key,
      seq: 0,
      state: 'final',
      message: { ...historyMessage(said), usage: { ...NO_USAGE, totalTokens: 0 } },
    })
    return { ok: true, messageId: said.id }
  }

  #entry({ message, label }: ChatInjectParams): TranscriptEntry {
    const heading = label?.trim()
    const text = heading ? `[${heading}]\n\n${message}` : message
    return {
      id: this.#makes.ids.uuid(),
      message: {
        role: 'assistant',
        content: [{ type: 'text', text }],
        timestamp: this.#makes.clock.now(),
        ...INJECTED,
        stopReason: 'stop',
        usage: { ...NO_USAGE, total: 0 },
      },
    }
  }
}
