import {
  type Channel,
  type ChannelAccountStatus,
  type ChannelCapabilities,
  ChannelFailure,
  type ChannelPoll,
  type ChannelProbe,
  type ChannelReceiver,
  type ChatPlace,
  type ChatSender,
  type Delivery,
  type OutboundMessage,
  type TextLimit,
} from '../../application/ports/channel.js'
import type { ChannelSurroundings } from '../../application/ports/channel-factory.js'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../domain/failure.js'
import type { BotApi } from './bot-api.js'
import { botApiRoot } from './bot-api-root.js'
import { hasBotToken, readBotToken } from './bot-token.js'
import { networkAgent } from './network-agent.js'
import { pause } from './pause.js'
import { TelegramConnection } from './telegram-connection.js'
import { type TelegramPace, USUAL_PACE } from './telegram-pace.js'
import { meansSender, readTarget } from './telegram-target.js'
import type { TelegramVoice } from './telegram-voice.js'
import { troubleOfWebhook } from './trouble-of-webhook.js'
import { type WebhookPlace, webhookPlace } from './webhook-place.js'

/** Most UTF-16 units of one message, after its marks have been read: https://core.telegram.org/bots/api#sendmessage */
const LONGEST_TEXT = 4096

export interface TelegramChannelOptions {
  readonly pace?: Partial<TelegramPace>
}

/** One bot on Telegram. The library is loaded at the first attempt to connect. */
export class TelegramChannel implements Channel {
  readonly id = 'telegram'
  readonly label = 'Telegram'
  readonly accountId: string
  readonly capabilities: ChannelCapabilities
  readonly textLimit: TextLimit
  readonly httpPaths?: readonly string[]
  readonly #account: ChannelAccount<'telegram'>
  readonly #surroundings: ChannelSurroundings
  readonly #apiRoot: string
  readonly #pace: TelegramPace
  readonly #webhook: WebhookPlace | null
  readonly #name: string
  /** What is on its way to Telegram. */
  readonly #said = new Set<Promise<unknown>>()
  #connection: TelegramConnection | null = null
  #stopping: Promise<void> | null = null

  constructor(
    account: ChannelAccount<'telegram'>,
    surroundings: ChannelSurroundings,
    options: TelegramChannelOptions = {},
  ) {
    this.accountId = account.accountId
    this.#account = account
    this.#surroundings = surroundings
    this.#apiRoot = botApiRoot(account)
    this.#pace = { ...USUAL_PACE, ...options.pace }
    if (account.timeoutSeconds !== undefined) this.#pace = { ...this.#pace, callSeconds: account.timeoutSeconds }
    this.#webhook = webhookPlace(account)
    this.#name = `telegram/${account.accountId}`
    this.capabilities = {
      media: { inbound: true, outbound: true },
      typing: true,
      reactions: true,
      edits: true,
      replies: true,
      polls: true,
      threads: true,
      nativeCommands: account.commands?.native !== false,
    }
    this.textLimit = { max: LONGEST_TEXT, unit: 'utf16', lineBreaks: true }
    if (this.#webhook !== null && this.#webhook.own === undefined) this.httpPaths = [this.#webhook.path]
  }

  async start(receiver: ChannelReceiver): Promise<void> {
    if (this.#stopping !== null) await this.#stopping
    if (this.#connection !== null || !this.#isConfigured) return receiver.changed()
    this.#connection = new TelegramConnection({
      account: this.#account,
      surroundings: this.#surroundings,
      pace: this.#pace,
      webhook: this.#webhook,
      receiver,
      openApi: () => this.#openApi(),
    })
    receiver.changed()
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = null
    })
    await this.#stopping
  }

  status(): ChannelAccountStatus {
    const configured = this.#isConfigured
    const connection = this.#connection
    return {
      accountId: this.accountId,
      enabled: this.#account.enabled,
      configured,
      running: connection !== null,
      connected: false,
      ...(configured ? {} : { lastError: `${this.#name} has no bot token; set channels.telegram.botToken` }),
      ...(configured ? {} : { lastErrorCode: 'auth' as const }),
      ...connection?.state.told,
      facts: this.#facts,
    }
  }

  async probe(signal: AbortSignal): Promise<ChannelProbe> {
    const { clock } = this.#surroundings
    const startedAt = clock.monotonic()
    const found = await this.#look(signal).catch((thrown: unknown) => ({ ok: false, error: messageOf(thrown) }))
    return { ...found, latencyMs: clock.monotonic() - startedAt }
  }

  send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    return this.#say(signal, (voice, ending) => voice.send(message, ending))
  }

  edit(place: ChatPlace, messageId: string, text: string, signal: AbortSignal): Promise<void> {
    return this.#say(signal, (voice, ending) => voice.edit(place, messageId, text, ending))
  }

  typing(place: ChatPlace): Promise<void> {
    return this.#say(null, (voice, ending) => voice.typing(place, ending))
  }

  react(place: ChatPlace, messageId: string, emoji: string | null): Promise<void> {
    return this.#say(null, (voice, ending) => voice.react(place, messageId, emoji, ending))
  }

  poll(poll: ChannelPoll, signal: AbortSignal): Promise<Delivery & { readonly pollId: string }> {
    return this.#say(signal, (voice, ending) => voice.poll(poll, ending))
  }

  placeOf(target: string): ChatPlace | null {
    return readTarget(target)
  }

  isSender(entry: string, sender: ChatSender): boolean {
    return meansSender(entry, sender)
  }

  async handle(request: Request): Promise<Response> {
    return this.#connection?.handle(request) ?? new Response(null, { status: 503 })
  }

  get #isConfigured(): boolean {
    return hasBotToken(this.#account, this.#surroundings.environment)
  }

  get #facts(): Readonly<Record<string, string | number>> {
    const port = this.#connection?.ownPort ?? null
    return { mode: this.#webhook === null ? 'polling' : 'webhook', ...(port === null ? {} : { port }) }
  }

  async #openApi(): Promise<BotApi> {
    const token = await readBotToken(this.#account, this.#surroundings.environment)
    const { BotApi: Opened } = await import('./bot-api.js')
    return new Opened({
      name: this.#name,
      token,
      apiRoot: this.#apiRoot,
      agent: networkAgent(this.#apiRoot, this.#account),
      clock: this.#surroundings.clock,
      callSeconds: this.#pace.callSeconds,
    })
  }

  async #stop(): Promise<void> {
    const connection = this.#connection
    if (connection === null) return
    this.#connection = null
    if (this.#said.size > 0) await this.#sayFarewell()
    await connection.stop()
    await Promise.allSettled(this.#said)
  }

  /** What is being sent gets a moment to arrive: nobody could tell afterwards whether it has. */
  async #sayFarewell(): Promise<void> {
    const enough = new AbortController()
    const patience = pause(this.#surroundings.clock, this.#pace.farewellMs, enough.signal)
    await Promise.race([Promise.allSettled(this.#said), patience])
    enough.abort()
  }

  async #look(signal: AbortSignal): Promise<Omit<ChannelProbe, 'latencyMs'>> {
    const api = await this.#openApi()
    try {
      const me = await api.call((raw, ending) => raw.getMe(ending), signal)
      const trouble =
        this.#webhook && (await troubleOfWebhook(api, this.#webhook.url, this.#surroundings.clock, signal))
      const self = `@${me.username}`
      return trouble === null ? { ok: true, self } : { ok: false, self, error: `${this.#name}: ${trouble}` }
    } finally {
      api.close()
    }
  }

  async #say<T>(
    signal: AbortSignal | null,
    what: (voice: TelegramVoice, ending: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted()
    const connection = this.#connection
    if (connection === null) throw new ChannelFailure('stopped', `${this.#name} is not running`)
    const api = connection.api
    if (api === null) throw new ChannelFailure('network', `${this.#name} is not connected yet`)
    const saying = this.#with(connection, api).then((voice) =>
      what(voice, signal === null ? connection.signal : AbortSignal.any([signal, connection.signal])),
    )
    this.#said.add(saying)
    try {
      return await saying
    } finally {
      this.#said.delete(saying)
    }
  }

  async #with({ moves }: TelegramConnection, api: BotApi): Promise<TelegramVoice> {
    const { TelegramVoice: Voice } = await import('./telegram-voice.js')
    const { markdown, linkPreview = true } = this.#account
    const tables = markdown?.tables ?? 'code'
    return new Voice({ name: this.#name, api, moves, tables, hasLinkPreview: linkPreview })
  }
}
