import type { Update, UserFromGetMe } from 'grammy/types'
import { ChannelFailure, type ChannelReceiver } from '../../application/ports/channel.js'
import type { ChannelSurroundings } from '../../application/ports/channel-factory.js'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../domain/failure.js'
import { AccountState } from './account-state.js'
import type { BotApi } from './bot-api.js'
import { ChatMoves } from './chat-moves.js'
import { commandMenu } from './command-menu.js'
import { pause } from './pause.js'
import { readMessage } from './read-message.js'
import type { TelegramPace } from './telegram-pace.js'
import { type ReadMessage, UpdateIntake, WANTED_UPDATES } from './update-intake.js'
import { WebhookDoor } from './webhook-door.js'
import { WebhookListener } from './webhook-listener.js'
import type { WebhookPlace } from './webhook-place.js'

export interface ConnectionOptions {
  readonly account: ChannelAccount<'telegram'>
  readonly surroundings: Pick<ChannelSurroundings, 'clock' | 'log' | 'random'>
  readonly pace: TelegramPace
  readonly webhook: WebhookPlace | null
  readonly receiver: ChannelReceiver
  /** Makes calls possible; rejects with a ChannelFailure when there is no token that could be one. */
  openApi(): Promise<BotApi>
}

/** One account from start to stop: connects, receives, and begins again whenever something breaks. */
export class TelegramConnection {
  readonly state: AccountState
  readonly moves: ChatMoves
  readonly #options: ConnectionOptions
  readonly #intake: UpdateIntake
  readonly #ending = new AbortController()
  readonly #name: string
  readonly #ended: Promise<void>
  /** Requests of Telegram that are being answered. */
  readonly #visits = new Set<Promise<Response>>()
  #door: WebhookDoor | null = null
  #api: BotApi | null = null
  #offset = 0
  #isMenuTold = false
  #ownPort: number | null = null

  constructor(options: ConnectionOptions) {
    const { account, surroundings, receiver, pace } = options
    this.#options = options
    this.#name = `telegram/${account.accountId}`
    this.state = new AccountState(() => receiver.changed())
    this.moves = new ChatMoves((from, to) => receiver.moved(from, to))
    this.#intake = new UpdateIntake({ ...surroundings, receiver, moves: this.moves, pace })
    this.#ended = this.#run(this.#ending.signal)
  }

  /** Absent until the token has been read. */
  get api(): BotApi | null {
    return this.#api
  }

  /** Aborts when the account is stopped. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** Port that was opened for Telegram alone. */
  get ownPort(): number | null {
    return this.#ownPort
  }

  /** Answers a request of Telegram's. */
  handle(request: Request): Promise<Response> {
    const door = this.#door
    if (door === null || this.signal.aborted) return Promise.resolve(new Response(null, { status: 503 }))
    const visit = door.handle(request).finally(() => this.#visits.delete(visit))
    this.#visits.add(visit)
    return visit
  }

  /** Resolves when nothing more is received. */
  async stop(): Promise<void> {
    this.#ending.abort(new ChannelFailure('stopped', `${this.#name} has been stopped`))
    await this.#ended
    await Promise.allSettled(this.#visits)
    this.#api?.close()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { surroundings } = this.#options
    while (!signal.aborted) {
      try {
        await this.#connect(signal)
      } catch (thrown) {
        if (signal.aborted) return
        await this.#retreat(this.#failureOf(thrown), surroundings, signal)
      }
    }
  }

  async #retreat(
    failure: ChannelFailure,
    { clock, log }: ConnectionOptions['surroundings'],
    signal: AbortSignal,
  ): Promise<void> {
    const waitMs = this.#waitAfter(failure)
    if (failure.code === 'auth') this.#forgetToken()
    log.warn(failure.message, { code: failure.code, attempt: this.state.attempts + 1, retryInMs: Math.round(waitMs) })
    this.state.lost(failure, clock.now() + waitMs)
    await pause(clock, waitMs, signal)
  }

  /** Calls fail with a ChannelFailure; anything else is a mistake of ours, and not for operators to guess at. */
  #failureOf(thrown: unknown): ChannelFailure {
    if (thrown instanceof ChannelFailure) return thrown
    this.#options.surroundings.log.error('a connection to Telegram ended in an unexpected way', { err: thrown })
    return new ChannelFailure('network', `${this.#name} ended in an unexpected way: ${messageOf(thrown)}`)
  }

  #waitAfter({ code, retryAfterMs = 0 }: ChannelFailure): number {
    const { pace, surroundings } = this.#options
    if (code === 'auth') return pace.refusedRetryMs
    const most = Math.min(pace.firstRetryMs * 2 ** this.state.attempts, pace.longestRetryMs)
    return Math.max(retryAfterMs, most * (0.5 + surroundings.random() / 2))
  }

  /** A file or variable may hold a better one next time. */
  #forgetToken(): void {
    this.#api?.close()
    this.#api = null
  }

  /** Never returns while all is well. */
  async #connect(signal: AbortSignal): Promise<void> {
    this.#api ??= await this.#options.openApi()
    const api = this.#api
    const me = await api.call((raw, ending) => raw.getMe(ending), signal)
    const read: ReadMessage = (message) =>
      readMessage(message, me, (fileId, maxBytes, leaving) =>
        api.file(fileId, maxBytes, AbortSignal.any([leaving, signal])),
      )
    if (!this.#isMenuTold) await this.#tellMenu(api, signal)
    const { webhook } = this.#options
    if (webhook === null) await this.#fetch(api, me, read, signal)
    else await this.#beCalled(api, me, read, webhook, signal)
  }

  async #fetch(api: BotApi, me: UserFromGetMe, read: ReadMessage, signal: AbortSignal): Promise<void> {
    const { pace, surroundings } = this.#options
    await api.call((raw, ending) => raw.deleteWebhook({ drop_pending_updates: false }, ending), signal)
    // The first question does not wait: its answer shows that we are the only one who asks.
    for (let timeout = 0; ; timeout = pace.pollSeconds) {
      const question = { offset: this.#offset, timeout, limit: 100, allowed_updates: WANTED_UPDATES }
      const updates = await api.call(
        (raw, ending) => raw.getUpdates(question, ending),
        signal,
        timeout + pace.callSeconds,
      )
      this.state.connected(`@${me.username}`, surroundings.clock.now())
      await this.#intake.takeAll(updates, read, signal)
      signal.throwIfAborted()
      // Asking beyond an update is what confirms it; until then Telegram keeps it.
      if (updates.length > 0) this.#offset = Math.max(...updates.map(({ update_id: id }) => id)) + 1
    }
  }

  async #beCalled(
    api: BotApi,
    me: UserFromGetMe,
    read: ReadMessage,
    { url, path, own }: WebhookPlace,
    signal: AbortSignal,
  ): Promise<void> {
    const { account, pace, surroundings } = this.#options
    const secret = account.webhookSecret ?? ''
    this.#door = new WebhookDoor({ path, secret, take: (update: Update) => this.#intake.takeOne(update, read) })
    const listener = own && (await WebhookListener.open(own.host, own.port, this.#name, (asked) => this.handle(asked)))
    try {
      this.#ownPort = listener?.port ?? null
      const order = { url, secret_token: secret, allowed_updates: WANTED_UPDATES }
      await api.call((raw, ending) => raw.setWebhook(order, ending), signal)
      for (;;) {
        this.state.connected(`@${me.username}`, surroundings.clock.now())
        await pause(surroundings.clock, pace.checkSeconds * 1000, signal)
        const now = await api.call((raw, ending) => raw.getWebhookInfo(ending), signal)
        if (now.url !== url) await api.call((raw, ending) => raw.setWebhook(order, ending), signal)
      }
    } finally {
      this.#ownPort = null
      await listener?.close()
    }
  }

  /** The menu is a convenience: without it everything else works. */
  async #tellMenu(api: BotApi, signal: AbortSignal): Promise<void> {
    const { account, surroundings } = this.#options
    const { entries, rejected } = commandMenu(account)
    if (rejected.length > 0) {
      surroundings.log.warn('channels.telegram.customCommands: Telegram takes no such names, or they are taken', {
        commands: rejected,
      })
    }
    try {
      await api.call((raw, ending) => raw.setMyCommands({ commands: entries }, ending), signal)
      this.#isMenuTold = true
    } catch (thrown) {
      const failure = this.#failureOf(thrown)
      if (signal.aborted || failure.code === 'network') throw thrown
      this.#isMenuTold = true
      surroundings.log.warn('the menu of commands could not be set', { err: failure })
    }
  }
}
