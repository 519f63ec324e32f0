import type { HealthNews } from '../health/health-news.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { PresenceNews } from '../presence/presence-news.js'
import type { InterruptionNotices } from '../runs/interruption-notices.js'
import type { Broadcast } from './broadcast.js'
import type { Client } from './client.js'
import type { ClientWatcher } from './reception.js'
import type { SlowClients } from './slow-clients.js'

interface ClientNewsParts {
  readonly presence: PresenceBoard
  readonly presenceNews: PresenceNews
  readonly healthNews: HealthNews
  readonly slowClients: SlowClients
  readonly broadcast: Broadcast
  readonly notices: InterruptionNotices
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
    const { broadcast, notices, presenceNews, healthNews } = this.#parts
    broadcast.welcome(client)
    notices.greet(client)
    if (client.identity.client.mode !== 'cli') presenceNews.changed()
    healthNews.wanted()
  }

  left(client: Client): void {
    const { presence, presenceNews, slowClients } = this.#parts
    slowClients.forget(client)
    if (presence.left(client)) presenceNews.changed()
  }
}
