import type { SessionsResetParams } from '../../domain/protocol/methods/sessions.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { agentOfKey, type KeySpace } from '../../domain/session/session-key.js'
import { entryView } from '../../domain/session/session-row.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { newSession } from './new-session.js'
import { requiredKey } from './required-key.js'
import { type StopSession, stopWork } from './stop-work.js'

/** What a session stays when its conversation begins anew, protocol v3. */
const KEPT = [
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'responseUsage',
  'modelOverride',
  'providerOverride',
  'lastModel',
  'lastProvider',
  'contextTokens',
  'sendPolicy',
  'label',
  'origin',
  'lastChannel',
  'lastTo',
] as const satisfies readonly (keyof SessionEntry)[]

/** Gives a key a new, empty conversation; the old one is put aside whole. */
export class ResetSession {
  readonly #store: SessionStore
  readonly #space: KeySpace
  readonly #stopSession: StopSession
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  constructor(
    store: SessionStore,
    space: KeySpace,
    stopSession: StopSession,
    makes: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#store = store
    this.#space = space
    this.#stopSession = stopSession
    this.#makes = makes
  }

  async reset(params: SessionsResetParams): Promise<{ ok: true; key: string; entry: unknown }> {
    const key = requiredKey(params.key, this.#space)
    await stopWork(key, this.#stopSession)
    const before = await this.#store.session(key)
    const entry = this.#anew(key, before)
    const changes: StoreChange[] = [{ kind: 'session.put', entry }]
    if (before !== null) changes.push(this.#putAside(before.sessionId))
    await this.#store.commit(changes)
    return { ok: true, key, entry: entryView(entry) }
  }

  #anew(key: string, before: SessionEntry | null): SessionEntry {
    const { clock, ids } = this.#makes
    const agentId = before?.agentId ?? agentOfKey(key, this.#space)
    const fresh = newSession(key, { agentId, sessionId: ids.uuid(), now: clock.now() })
    const kept = KEPT.flatMap((field) => (before?.[field] === undefined ? [] : [[field, before[field]]]))
    return { ...fresh, ...Object.fromEntries(kept), inputTokens: 0, outputTokens: 0, totalTokens: 0 }
  }

  #putAside(sessionId: string): StoreChange {
    const { clock, ids } = this.#makes
    return {
      kind: 'transcript.archive',
      sessionId,
      archiveId: ids.uuid(),
      reason: 'reset',
      at: clock.now(),
      keepLast: 0,
    }
  }
}
