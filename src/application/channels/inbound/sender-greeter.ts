import type { ChatPlace, ChatSender } from '../../../domain/channels/chat.js'
import type { DropReason } from '../../../domain/channels/drop-reasons.js'
import { CODE_LIFE_MS } from '../../../domain/channels/sender-pairing.js'
import { messageOf } from '../../../domain/failure.js'
import type { Channel } from '../../ports/channel.js'
import type { Log } from '../../ports/log.js'
import type { DeliveryDesk } from '../outbound/delivery-desk.js'
import type { SenderNews } from '../sender-news.js'
import type { SenderRegistry } from '../sender-registry.js'

export interface SenderGreeterParts {
  readonly senders: Pick<SenderRegistry, 'ask'>
  readonly news: Pick<SenderNews, 'requested'>
  readonly delivery: Pick<DeliveryDesk, 'sendNow'>
  readonly log: Log
}

/** Tells strangers how they are let in: once, when their request is made. */
export class SenderGreeter {
  readonly #parts: SenderGreeterParts

  constructor(parts: SenderGreeterParts) {
    this.#parts = parts
  }

  /** Returns why the message is not answered. Rejects when the request could not be kept. */
  async greet(channel: Channel, place: ChatPlace, { id: senderId, name }: ChatSender): Promise<DropReason> {
    const { senders, news } = this.#parts
    const { id, accountId } = channel
    const asking = { channel: id, accountId, senderId, chatId: place.chatId, ...(name === undefined ? {} : { name }) }
    const asked = await senders.ask(asking)
    if (asked.kind === 'full') return 'pairing_full'
    if (asked.kind === 'created') {
      news.requested(asked.request)
      this.#tell(channel, place, textFor(id, senderId, asked.request.code))
    }
    return 'pairing_required'
  }

  /** The network is not kept waiting for it; whoever does not read it may ask again when the request has expired. */
  #tell({ id: channel, accountId }: Channel, place: ChatPlace, text: string): void {
    const { delivery, log } = this.#parts
    delivery.sendNow({ channel, accountId, place, text }).catch((thrown: unknown) => {
      const facts = { channel, account: accountId, error: messageOf(thrown) }
      log.warn('a stranger could not be told how to be let in', facts)
    })
  }
}

function textFor(channel: string, senderId: string, code: string): string {
  return [
    'Access is not set up for you yet.',
    `Your id: ${senderId}`,
    `Pairing code: ${code}`,
    `The owner of this gateway lets you in with: mayros pairing approve ${channel} ${code}`,
    `The code is good for ${Math.round(CODE_LIFE_MS / 3_600_000)} hour.`,
  ].join('\n')
}
