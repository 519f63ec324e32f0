import { closure } from '../../domain/protocol/close-codes.js'
import type { Clients } from '../connection/clients.js'
import type { AccessRules } from './access-rules.js'
import { partingReason } from './parting-reason.js'

/** Looks through those who are inside when the rules of the door have changed. */
export class ClientReview {
  readonly #clients: Clients
  readonly #rules: AccessRules

  constructor(clients: Clients, rules: AccessRules) {
    this.#clients = clients
    this.#rules = rules
  }

  /** Closes the connection of everybody who may not be in by these rules; they have to knock again. */
  review(): void {
    const rules = this.#rules.current
    for (const { identity, connection } of [...this.#clients]) {
      const reason = partingReason(identity, connection.peer, rules)
      if (reason !== null) connection.close(closure(1008, reason))
    }
  }
}
