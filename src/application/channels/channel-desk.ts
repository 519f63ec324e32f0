import type { ReloadAction } from '../../domain/reload/reload-action.js'
import type { Channel, ChannelReceiver } from '../ports/channel.js'
import type { Log } from '../ports/log.js'
import type { AccountWatch } from './accounts/account-watch.js'
import type { ChannelAccounts } from './accounts/channel-accounts.js'
import type { AnswerDesk } from './inbound/answer-desk.js'
import type { InboundLanes } from './inbound/inbound-lanes.js'
import type { Inbox } from './inbound/inbox.js'
import type { DeliveryDesk } from './outbound/delivery-desk.js'
import type { SenderRegistry } from './sender-registry.js'

/** How long a stopping gateway goes on sending, in milliseconds; the rest is sent after the next start. */
const SEND_GRACE_MS = 300

export interface ChannelDeskParts {
  readonly senders: SenderRegistry
  readonly inbox: Inbox
  readonly lanes: InboundLanes
  readonly answers: AnswerDesk
  readonly delivery: Pick<DeliveryDesk, 'start' | 'stop'>
  readonly accounts: ChannelAccounts
  readonly watch: AccountWatch
  readonly receiverFor: (channel: Channel) => ChannelReceiver
  /** Accounts that were made outside of the configuration. */
  readonly given: () => readonly Channel[]
  readonly log: Log
}

/** All that has to do with chat networks, started and stopped in order. */
export class ChannelDesk {
  readonly #parts: ChannelDeskParts
  #isOpen = false

  constructor(parts: ChannelDeskParts) {
    this.#parts = parts
  }

  /** Reads who was let in. Rejects when that cannot be understood. */
  async open(): Promise<void> {
    await this.#parts.senders.open()
    this.#isOpen = true
  }

  /** Goes on where an earlier process stopped, then lets the accounts connect; the latter in the background. */
  async start(): Promise<void> {
    const { inbox, lanes, delivery, accounts, watch, given, receiverFor, log } = this.#parts
    const undone = await inbox.open()
    if (undone.length > 0)
      log.info('messages are answered that were taken before the restart', { count: undone.length })
    for (const message of undone) lanes.push(message)
    await delivery.start()
    accounts.start(given(), receiverFor)
    watch.start()
  }

  /** Does what a change of the configuration asks for. */
  reload(action: ReloadAction): void {
    if (action.name === 'monitor') this.#parts.watch.start()
    else this.#parts.accounts.reload(action)
  }

  /** Takes no more messages; answers are still sent. */
  async quiet(): Promise<void> {
    const { inbox, lanes, watch } = this.#parts
    watch.stop()
    inbox.close()
    await lanes.close()
  }

  /** Ends sending, then the accounts. */
  async stop(): Promise<void> {
    const { answers, delivery, accounts } = this.#parts
    answers.close()
    await delivery.stop(SEND_GRACE_MS)
    await accounts.stop()
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#parts.senders.close()
  }
}
