import type { SessionsResetParams } from '../../domain/protocol/methods/sessions.js'
import { agentOfKey, type KeySpace } from '../../domain/session/session-key.js'
import { entryView } from '../../domain/session/session-row.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { anew, putAside } from './begin-anew.js'
import { requiredKey } from './required-key.js'
import { type StopSession, stopWork } from './stop-work.js'

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
    const { clock, ids } = this.#makes
    const now = clock.now()
    const entry = anew(key, before, { agentId: agentOfKey(key, this.#space), sessionId: ids.uuid(), now })
    const changes: StoreChange[] = [{ kind: 'session.put', entry }]
    if (before !== null) changes.push(putAside(before, ids.uuid(), now))
    await this.#store.commit(changes)
    return { ok: true, key, entry: entryView(entry) }
  }
}
