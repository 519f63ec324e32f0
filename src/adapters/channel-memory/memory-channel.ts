import {
  type Channel,
  type ChannelAccountStatus,
  type ChannelCapabilities,
  ChannelFailure,
  type ChannelFailureCode,
  type ChannelPoll,
  type ChannelProbe,
  type ChannelReceiver,
  type ChatPlace,
  type ChatSender,
  type Delivery,
  type InboundMessage,
  type OutboundMessage,
  type TextLimit,
} from '../../application/ports/channel.js'
import { MemoryRoom } from './memory-room.js'

/**
 * How the network of a MemoryChannel behaves. `working`: connects at once. `unreachable`: refuses. `silent`: never
 * answers. `unconfigured`: there are no credentials to try.
 */
export type MemoryNetworkMood = 'working' | 'unreachable' | 'silent' | 'unconfigured'

export interface MemoryChannelOptions {
  readonly id?: string
  readonly label?: string
  readonly accountId?: string
  readonly mood?: MemoryNetworkMood
  readonly capabilities?: Partial<ChannelCapabilities>
  readonly textLimit?: TextLimit
}

const REASONS: Partial<Record<MemoryNetworkMood, { readonly code: ChannelFailureCode; readonly reason: string }>> = {
  unreachable: { code: 'network', reason: 'the network cannot be reached' },
  unconfigured: { code: 'auth', reason: 'no credentials are configured for this account' },
}

const EVERYTHING: ChannelCapabilities = {
  media: { inbound: true, outbound: true },
  typing: true,
  reactions: true,
  edits: true,
  replies: true,
  polls: true,
  threads: true,
  nativeCommands: false,
}

/**
 * An account on a chat network that exists in memory only; a test decides how that network behaves, writes what people
 * say with `write`, and reads in `room` what they see.
 */
export class MemoryChannel implements Channel {
  readonly id: string
  readonly label: string
  readonly accountId: string
  readonly capabilities: ChannelCapabilities
  readonly textLimit: TextLimit
  /** What people on this network see of the account. */
  readonly room = new MemoryRoom()
  #mood: MemoryNetworkMood
  #isRunning = false
  #isConnected = false
  #receiver: ChannelReceiver | undefined
  #written = 0
  /** Written and not yet taken, oldest first. */
  readonly #waiting: InboundMessage[] = []
  #handingOver: Promise<void> | undefined
  readonly #failures: ChannelFailure[] = []

  constructor(options: MemoryChannelOptions = {}) {
    this.id = options.id ?? 'memory'
    this.label = options.label ?? 'Memory'
    this.accountId = options.accountId ?? 'default'
    this.capabilities = { ...EVERYTHING, ...options.capabilities }
    this.textLimit = options.textLimit ?? { max: 4000, unit: 'utf16', lineBreaks: true }
    this.#mood = options.mood ?? 'working'
  }

  async start(receiver: ChannelReceiver): Promise<void> {
    this.#receiver = receiver
    this.#isRunning = this.#mood !== 'unconfigured'
    this.#try()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#isConnected = false
    await this.#handingOver
  }

  status(): ChannelAccountStatus {
    const trouble = this.#isConnected ? undefined : REASONS[this.#mood]
    return {
      accountId: this.accountId,
      enabled: true,
      configured: this.#mood !== 'unconfigured',
      running: this.#isRunning,
      connected: this.#isConnected,
      ...(trouble === undefined ? {} : { lastError: trouble.reason, lastErrorCode: trouble.code }),
    }
  }

  async probe(signal: AbortSignal): Promise<ChannelProbe> {
    const trouble = REASONS[this.#mood]
    if (trouble !== undefined) return { ok: false, latencyMs: 0, error: trouble.reason }
    if (this.#mood === 'silent') await aborted(signal)
    return signal.aborted ? { ok: false, latencyMs: 0, error: 'the probe was given up' } : { ok: true, latencyMs: 0 }
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    this.#requireNetwork(signal)
    const messageId = this.room.show(message)
    return { messageId, ids: { chatId: message.place.chatId } }
  }

  async edit(place: ChatPlace, messageId: string, text: string, signal: AbortSignal): Promise<void> {
    this.#requireNetwork(signal)
    if (!this.room.change(place, messageId, text)) {
      throw new ChannelFailure('not-found', `${this.id}/${this.accountId}: there is no message ${messageId}`)
    }
  }

  async typing(place: ChatPlace): Promise<void> {
    this.#requireNetwork()
    this.room.typing.push(place)
  }

  async react(place: ChatPlace, messageId: string, emoji: string | null): Promise<void> {
    this.#requireNetwork()
    this.room.reactions.push({ place, messageId, emoji })
  }

  async poll(poll: ChannelPoll, signal: AbortSignal): Promise<Delivery & { readonly pollId: string }> {
    this.#requireNetwork(signal)
    const messageId = this.room.show({ place: poll.place, text: [poll.question, ...poll.options].join('\n') })
    return { messageId, pollId: `poll-${messageId}` }
  }

  /** `#name` is a channel, `group:<id>` a group, `@name` or `user:<id>` a person; a thread follows after `/`. */
  placeOf(target: string): ChatPlace | null {
    const [, mark = '', chatId = '', thread] = /^(#|@|group:|user:)([^/\s]+)(?:\/(\S+))?$/u.exec(target) ?? []
    if (chatId === '') return null
    const kind = mark === '#' ? 'channel' : mark === 'group:' ? 'group' : 'direct'
    return { kind, chatId, ...(thread === undefined ? {} : { branch: { kind: 'thread', id: thread } }) }
  }

  isSender(entry: string, sender: ChatSender): boolean {
    const wanted = entry.toLowerCase()
    return [sender.id, ...(sender.aliases ?? [])].some((id) => id.toLowerCase() === wanted)
  }

  /** From now on the network behaves like this; an account that runs notices at once. */
  become(mood: MemoryNetworkMood): void {
    this.#mood = mood
    if (this.#isRunning) this.#try()
  }

  /** What is sent, edited or shown next fails like this, once for each call. */
  failNext(...failures: readonly ChannelFailure[]): void {
    this.#failures.push(...failures)
  }

  /**
   * Somebody writes. Resolves when the account has taken it; waits while it is not connected, and offers again what was
   * refused as soon as the network is used again.
   * @param said what is missing is a direct message of `alice`, with an id of its own
   */
  async write(said: Partial<InboundMessage> & { readonly text: string }): Promise<InboundMessage> {
    this.#written++
    const sender = said.sender ?? { id: 'alice', name: 'Alice' }
    const message: InboundMessage = {
      messageId: `in-${this.#written}`,
      place: { kind: 'direct', chatId: sender.id },
      sender,
      sentAt: this.#written,
      mention: 'none',
      ...said,
    }
    this.#waiting.push(message)
    await this.handOver()
    return message
  }

  /** Offers everything that has not been taken, in order; ends at the first that is refused. */
  async handOver(): Promise<void> {
    const turn = (this.#handingOver ?? Promise.resolve()).then(() => this.#offer())
    this.#handingOver = turn
    await turn
  }

  async #offer(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined && this.#isConnected; next = this.#waiting[0]) {
      try {
        await this.#receiver?.received(next)
      } catch {
        return
      }
      this.#waiting.shift()
    }
  }

  #try(): void {
    const wasConnected = this.#isConnected
    this.#isConnected = this.#isRunning && this.#mood === 'working'
    if (this.#isConnected && !wasConnected) void this.handOver()
    this.#receiver?.changed()
  }

  #requireNetwork(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    const planned = this.#failures.shift()
    if (planned !== undefined) throw planned
    const name = `${this.id}/${this.accountId}`
    if (!this.#isRunning) throw new ChannelFailure('stopped', `${name} is not running`)
    if (!this.#isConnected) {
      throw new ChannelFailure('network', `${name}: ${REASONS[this.#mood]?.reason ?? 'the network does not answer'}`)
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
