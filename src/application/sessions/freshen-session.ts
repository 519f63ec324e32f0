import type { GatewayConfig } from '../../domain/config/config.js'
import { isOver, resetPolicyFor, resetTypeOf } from '../../domain/session/reset-policy.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { StoreChange } from '../ports/session-store.js'
import { anew, putAside } from './begin-anew.js'

/** A session to go on with, and what a commit has to say about it. */
export interface FreshSession {
  readonly session: SessionEntry
  readonly changes: readonly StoreChange[]
}

/** Gives a session a new conversation when the next message comes after the old one is over; the old one is put aside. */
export class FreshenSession {
  readonly #settings: () => GatewayConfig['session']
  readonly #zoneNow: () => string
  #zone: string | undefined
  readonly #makes: { readonly clock: Clock; readonly ids: Ids }

  /** @param zone tells the IANA name of the time zone whose days count; asked once, when a message comes */
  constructor(
    settings: () => GatewayConfig['session'],
    zone: () => string,
    makes: { readonly clock: Clock; readonly ids: Ids },
  ) {
    this.#settings = settings
    this.#zoneNow = zone
    this.#makes = makes
  }

  freshen(session: SessionEntry): FreshSession {
    const { clock, ids } = this.#makes
    const now = clock.now()
    const channel = session.channel ?? session.lastChannel
    const policy = resetPolicyFor(this.#settings(), resetTypeOf(session.key), channel)
    this.#zone ??= this.#zoneNow()
    if (!isOver(session.updatedAt, policy, now, this.#zone)) return { session, changes: [] }
    const fresh = anew(session.key, session, { agentId: session.agentId, sessionId: ids.uuid(), now })
    return {
      session: fresh,
      changes: [{ kind: 'session.put', entry: fresh }, putAside(session, ids.uuid(), now)],
    }
  }
}
