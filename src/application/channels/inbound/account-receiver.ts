import type { DropReason } from '../../../domain/channels/drop-reasons.js'
import { accessRulesOf, accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import { commandText } from '../../../domain/channels/inbound/command-text.js'
import { judgeMessage, type MessageVerdict } from '../../../domain/channels/inbound/judge-message.js'
import { routedMessageOf } from '../../../domain/channels/inbound/routed-message.js'
import { chatKeyOf, type StoredMessage, storedMessageId } from '../../../domain/channels/inbound/stored-message.js'
import { isNamedIn, mentionPatternsOf } from '../../../domain/channels/mention-patterns.js'
import type { AgentDirectory } from '../../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import type { ChannelAccount } from '../../../domain/config/resolve-channel-account.js'
import { route } from '../../../domain/routing/bindings.js'
import type { Channel, ChannelReceiver, InboundMessage } from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'
import type { AccountLedger } from '../account-ledger.js'
import type { SenderRegistry } from '../sender-registry.js'
import type { GroupContext } from './group-context.js'
import type { Inbox } from './inbox.js'
import { loadMedia } from './load-media.js'
import type { SenderGreeter } from './sender-greeter.js'

const BYTES_PER_MB = 1024 * 1024

export interface AccountReceiverParts {
  readonly config: () => GatewayConfig
  readonly agents: AgentDirectory
  readonly senders: Pick<SenderRegistry, 'isApproved'>
  readonly greeter: Pick<SenderGreeter, 'greet'>
  /** Whether a text is a command of the gateway. */
  readonly isCommand: (text: string) => boolean
  readonly context: GroupContext
  readonly inbox: Pick<Inbox, 'knows' | 'add'>
  /** What was taken is to be answered; must not throw. */
  readonly taken: (message: StoredMessage) => void
  /** The status of the account has changed. */
  readonly changed: () => void
  /** A chat has a new id: what waits for it goes there. */
  readonly moved: (from: string, to: string) => Promise<void>
  readonly ledger: AccountLedger
  readonly clock: Clock
}

/**
 * Takes the messages of one account: judges who may talk to the agent before anything else, keeps what is answered, and
 * only then lets the network know. Settings are those of the moment a message comes.
 */
export class AccountReceiver implements ChannelReceiver {
  readonly #channel: Channel
  readonly #parts: AccountReceiverParts
  /** Messages on their way into the inbox. */
  readonly #arriving = new Map<string, Promise<void>>()

  constructor(channel: Channel, parts: AccountReceiverParts) {
    this.#channel = channel
    this.#parts = parts
  }

  async received(message: InboundMessage): Promise<void> {
    const { ledger } = this.#parts
    const { id: channel, accountId } = this.#channel
    ledger.received(channel, accountId)
    const id = storedMessageId({ channel, accountId, ...message })
    const arriving = this.#arriving.get(id)
    if (arriving !== undefined) {
      await arriving
      this.#drop(message, 'duplicate')
      return
    }
    const taken = this.#take(id, message)
    this.#arriving.set(id, taken)
    try {
      await taken
    } finally {
      this.#arriving.delete(id)
    }
  }

  async moved(from: string, to: string): Promise<void> {
    const { context, moved } = this.#parts
    await moved(from, to)
    for (const kind of ['group', 'channel'] as const) {
      context.move(this.#groupName(chatKeyOf({ kind, chatId: from })), this.#groupName(chatKeyOf({ kind, chatId: to })))
    }
  }

  changed(): void {
    this.#parts.changed()
  }

  async #take(id: string, message: InboundMessage): Promise<void> {
    const { config, inbox, context, greeter, taken } = this.#parts
    const settings = accountSettingsOf(config(), this.#channel.id, this.#channel.accountId)
    const verdict = this.#judge(message, settings)
    const group = this.#groupName(chatKeyOf(message.place))
    switch (verdict.kind) {
      case 'drop':
        return this.#drop(message, verdict.reason)
      case 'context':
        this.#drop(message, verdict.reason)
        return context.add(group, message.messageId, lineOf(message), settings.historyLimit)
      case 'pair':
        return this.#drop(message, await greeter.greet(this.#channel, message.place, message.sender))
      case 'accept':
        break
    }
    if (await inbox.knows(id)) return this.#drop(message, 'duplicate')
    const said = message.place.kind === 'direct' ? [] : context.of(group)
    const stored = await this.#stored(message, settings, verdict)
    const kept = said.length === 0 ? stored : { ...stored, context: said }
    await inbox.add(kept)
    if (said.length > 0) context.clear(group)
    taken(kept)
  }

  #judge(message: InboundMessage, settings: ChannelAccount): MessageVerdict {
    const { config, senders, isCommand } = this.#parts
    const { commands } = config()
    const { id: channel, accountId } = this.#channel
    const { place, sender, mention, replyTo, text, media = [] } = message
    const words = commandText(text, mention === 'us')
    return judgeMessage(
      {
        place,
        sender,
        mention,
        isReplyToUs: replyTo?.isOurs === true,
        isOwn: message.isOwn === true,
        isEmpty: text.trim() === '' && media.length === 0,
        isCommand: words.startsWith('/') && isCommand(words),
        isNamed: place.kind !== 'direct' && isNamedIn(text, this.#namesIn(message, settings)),
      },
      {
        channel,
        rules: accessRulesOf(settings),
        commands,
        meansSender: (entry) => this.#channel.isSender(entry, sender),
        isApproved: senders.isApproved({ channel, accountId, senderId: sender.id }),
      },
    )
  }

  /** What the agent is called that would answer. */
  #namesIn(message: InboundMessage, settings: ChannelAccount): readonly RegExp[] {
    const { config, agents } = this.#parts
    const current = config()
    const { agentId } = route(routedMessageOf(this.#channel, message), current)
    const agent = agents.find(agentId) ?? agents.defaultAgent
    const listed = current.agents.list?.find(({ id }) => id.toLowerCase() === agent.id)
    const ofAccount = 'mentionPatterns' in settings ? (settings.mentionPatterns as readonly string[]) : undefined
    return mentionPatternsOf({
      own: listed?.groupChat?.mentionPatterns ?? ofAccount,
      general: current.messages.groupChat.mentionPatterns,
      name: agent.identity?.name ?? agent.name,
      emoji: agent.identity?.emoji,
    })
  }

  async #stored(
    message: InboundMessage,
    settings: ChannelAccount,
    { wasMentioned, rights }: Extract<MessageVerdict, { kind: 'accept' }>,
  ): Promise<StoredMessage> {
    const { id: channel, accountId } = this.#channel
    const { media = [], isOwn: _isOwn, ...rest } = message
    const loaded = await loadMedia(media, settings.mediaMaxMb * BYTES_PER_MB, this.#parts.clock)
    return {
      ...rest,
      channel,
      accountId,
      wasMentioned,
      rights,
      ...(loaded.attachments.length === 0 ? {} : { attachments: loaded.attachments }),
      ...(loaded.files.length === 0 ? {} : { files: loaded.files }),
    }
  }

  #drop({ place, sender, messageId }: InboundMessage, reason: DropReason): void {
    const { id: channel, accountId } = this.#channel
    const facts = { channel, accountId, chatId: place.chatId, senderId: sender.id, messageId }
    this.#parts.ledger.dropped(facts, reason)
  }

  #groupName(chat: string): string {
    return `${this.#channel.id}/${this.#channel.accountId}/${chat}`
  }
}

function lineOf({ sender, text, sentAt }: InboundMessage) {
  return { sender: sender.name ?? sender.id, text, sentAt }
}
