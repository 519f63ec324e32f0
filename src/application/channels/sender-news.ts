import { CODE_LIFE_MS, type SenderRequest } from '../../domain/channels/sender-pairing.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock } from '../ports/clock.js'

/** A request as operators see it. Times are Unix milliseconds. */
export interface SenderRequestView {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly code: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

/** Tells operators who may pair what became of strangers. */
export class SenderNews {
  readonly #broadcast: Pick<Broadcast, 'publish'>
  readonly #clock: Pick<Clock, 'now'>

  constructor(broadcast: Pick<Broadcast, 'publish'>, clock: Pick<Clock, 'now'>) {
    this.#broadcast = broadcast
    this.#clock = clock
  }

  requested(request: SenderRequest): void {
    this.#broadcast.publish('channel.pairing.requested', { ...requestView(request), ts: this.#clock.now() })
  }

  resolved({ channel, accountId, senderId }: SenderRequest, decision: 'approved' | 'rejected'): void {
    const ts = this.#clock.now()
    this.#broadcast.publish('channel.pairing.resolved', { channel, accountId, senderId, decision, ts })
  }
}

export function requestView({ chatId: _chatId, ...request }: SenderRequest): SenderRequestView {
  return { ...request, expiresAt: request.createdAt + CODE_LIFE_MS }
}
