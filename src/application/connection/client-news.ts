import type { Closure } from '../../domain/protocol/close-codes.js'
import type { Refusal } from '../../domain/protocol/refusal.js'
import { actorOf } from '../access/actor-of.js'
import type { HealthNews } from '../health/health-news.js'
import type { AuditFacts, AuditTrail } from '../ports/audit-trail.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { PresenceNews } from '../presence/presence-news.js'
import type { InterruptionNotices } from '../runs/interruption-notices.js'
import type { Broadcast } from './broadcast.js'
import type { Client } from './client.js'
import type { Newcomer } from './handshake.js'
import type { ClientWatcher } from './reception.js'
import type { SlowClients } from './slow-clients.js'

interface ClientNewsParts {
  readonly presence: PresenceBoard
  readonly presenceNews: PresenceNews
  readonly healthNews: HealthNews
  readonly slowClients: SlowClients
  readonly broadcast: Broadcast
  readonly notices: InterruptionNotices
  readonly trail: AuditTrail
}

/** What happens when clients come and go. */
export class ClientNews implements ClientWatcher {
  readonly #parts: ClientNewsParts

  constructor(parts: ClientNewsParts) {
    this.#parts = parts
  }

  arriving(client: Client): void {
    this.#parts.presence.arrived(client)
  }

  arrived(client: Client): void {
    const { broadcast, notices, presenceNews, healthNews, trail } = this.#parts
    trail.record('connected', { ...actorOf(client.identity), details: provenance(client) })
    broadcast.welcome(client)
    notices.greet(client)
    if (client.identity.client.mode !== 'cli') presenceNews.changed()
    healthNews.wanted()
  }

  left(client: Client, ending: Closure): void {
    const { presence, presenceNews, slowClients, trail } = this.#parts
    trail.record('disconnected', { ...actorOf(client.identity), reason: `${ending.code} ${ending.reason}`.trim() })
    slowClients.forget(client)
    if (presence.left(client)) presenceNews.changed()
  }

  refused(newcomer: Newcomer, refusal: Refusal, clientId: string | undefined): void {
    this.#parts.trail.record('refused', {
      connId: newcomer.connId,
      address: newcomer.address,
      reason: reasonOf(refusal),
      ...(clientId === undefined ? {} : { clientId: clientId.slice(0, LONGEST_NAME) }),
    })
  }
}

/** Characters of what a client calls itself that are worth keeping. */
const LONGEST_NAME = 100

function provenance({ identity }: Client): NonNullable<AuditFacts['details']> {
  return { proof: identity.proof.kind, role: identity.role, scopes: [...identity.scopes].slice(0, 20) }
}

/** The word for programs, where the refusal has one. */
function reasonOf({ message, details }: Refusal): string {
  const { authReason, reason, code } = (details ?? {}) as Readonly<Record<string, unknown>>
  const word = [authReason, reason, code].find((value) => typeof value === 'string')
  return typeof word === 'string' ? word : message.slice(0, LONGEST_NAME)
}
