import { readFile } from 'node:fs/promises'
import {
  type Channel,
  type ChannelAccountStatus,
  type ChannelCapabilities,
  ChannelFailure,
  type ChannelProbe,
  type ChannelReceiver,
  type ChatPlace,
  type ChatSender,
  type Delivery,
  type OutboundMessage,
  type TextLimit,
} from '../../application/ports/channel.js'
import type { ChannelSurroundings } from '../../application/ports/channel-factory.js'
import type { Timer } from '../../application/ports/clock.js'
import { HandOver } from './hand-over.js'
import { loadIrcLibrary } from './irc-library.js'
import { type CaseMapping, folded, isMaskOf, isNick, isRoom, isTarget, UNKNOWN_MAPPING } from './irc-names.js'
import { IrcSession } from './irc-session.js'
import type { ReadSettings, SecretPlace } from './irc-settings.js'
import { type Pace, USUAL_PACE } from './outbound-lane.js'
import { outboundLines } from './outbound-lines.js'
import { waitBeforeAttempt } from './wait-before-attempt.js'

/** A session that lasted so long was a good one; the next attempt begins with a short wait again. */
const GOOD_SESSION_MS = 60_000

export interface IrcChannelOptions {
  readonly accountId: string
  readonly enabled: boolean
  readonly read: ReadSettings
  /** What counts as a mention besides our nick. */
  readonly patterns: readonly RegExp[]
  readonly pace?: Pace
  /** Certificates in PEM that are trusted instead of those of the machine. */
  readonly trusted?: string
}

/** One account on an IRC network. */
export class IrcChannel implements Channel {
  readonly id = 'irc'
  readonly label = 'IRC'
  readonly accountId: string
  readonly capabilities: ChannelCapabilities = {
    media: { inbound: false, outbound: false },
    typing: false,
    reactions: false,
    edits: false,
    replies: false,
    polls: false,
    threads: false,
    nativeCommands: false,
  }
  /** What fits into one line whatever our host and the target are called; longer texts become several lines. */
  readonly textLimit: TextLimit = { max: 350, unit: 'bytes', lineBreaks: false }
  readonly #options: IrcChannelOptions
  readonly #around: Pick<ChannelSurroundings, 'clock' | 'log' | 'random'>
  readonly #name: string
  #receiver: ChannelReceiver | undefined
  #isRunning = false
  #stopping: Promise<void> | undefined
  #session: IrcSession | undefined
  #handOver: HandOver | undefined
  #retry: Timer | undefined
  #nextAttemptAt: number | undefined
  #attempts = 0
  /** Counts starts, so that what an earlier one began is not taken up. */
  #start = 0
  #readyAt: number | undefined
  #lastConnectedAt: number | undefined
  #trouble: ChannelFailure | undefined
  /** As the server said when we were connected last. */
  #known: CaseMapping = UNKNOWN_MAPPING
  #sessions = 0
  #messages = 0

  constructor(options: IrcChannelOptions, around: Pick<ChannelSurroundings, 'clock' | 'log' | 'random'>) {
    this.#options = options
    this.#around = around
    this.accountId = options.accountId
    this.#name = `irc/${options.accountId}`
    if (options.read.kind === 'incomplete') {
      this.#trouble = new ChannelFailure('auth', `${this.#name}: ${options.read.problem}`)
    }
  }

  async start(receiver: ChannelReceiver): Promise<void> {
    await this.#stopping
    this.#receiver = receiver
    if (this.#isRunning || this.#options.read.kind === 'incomplete') return
    this.#isRunning = true
    this.#start++
    this.#attempts = 0
    const { clock, log } = this.#around
    this.#handOver = new HandOver(
      (message) => this.#receiver?.received(message) ?? Promise.resolve(),
      clock,
      (count) => log.warn(`${this.#name}: messages that could not be kept are lost`, { count }),
    )
    for (const room of this.#options.read.settings.badRooms) log.warn(`${this.#name}: ${room} is no name of a channel`)
    void this.#attempt(this.#start)
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#end().finally(() => {
      this.#stopping = undefined
    })
    await this.#stopping
  }

  status(): ChannelAccountStatus {
    const { read, enabled } = this.#options
    const session = this.#session
    const connected = this.#isRunning && session?.isReady === true
    const trouble = connected ? undefined : this.#trouble
    return {
      accountId: this.accountId,
      enabled,
      configured: read.kind === 'ready',
      running: this.#isRunning,
      connected,
      ...(trouble === undefined ? {} : { lastError: trouble.message, lastErrorCode: trouble.code }),
      ...(this.#attempts === 0 ? {} : { reconnectAttempts: this.#attempts }),
      ...(this.#nextAttemptAt === undefined ? {} : { nextAttemptAt: this.#nextAttemptAt }),
      ...(this.#lastConnectedAt === undefined ? {} : { lastConnectedAt: this.#lastConnectedAt }),
      ...(connected ? { self: session.nick } : {}),
      ...(read.kind === 'incomplete'
        ? {}
        : {
            facts: {
              server: read.settings.host,
              port: read.settings.port,
              tls: read.settings.tls,
              ...(connected ? session.facts : {}),
            },
          }),
    }
  }

  async probe(signal: AbortSignal): Promise<ChannelProbe> {
    const session = this.#session
    if (!this.#isRunning || session?.isReady !== true) {
      const why = this.#isRunning ? 'is not connected yet' : 'is not running'
      return { ok: false, latencyMs: 0, error: this.#trouble?.message ?? `${this.#name} ${why}` }
    }
    const { clock } = this.#around
    const askedAt = clock.monotonic()
    const isAnswered = await unlessAborted(session.ping(), signal)
    const latencyMs = clock.monotonic() - askedAt
    return isAnswered
      ? { ok: true, latencyMs, self: session.nick }
      : { ok: false, latencyMs, error: `${this.#name}: the server has not answered` }
  }

  async send({ place, text, media }: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    signal.throwIfAborted()
    if (!this.#isRunning) throw new ChannelFailure('stopped', `${this.#name} is not running`)
    const session = this.#session
    if (session?.isReady !== true) {
      throw new ChannelFailure('network', this.#trouble?.message ?? `${this.#name} is not connected`)
    }
    if (media !== undefined) throw new ChannelFailure('unsupported', `${this.#name}: IRC cannot carry files`)
    if (!isTarget(place.chatId)) throw new ChannelFailure('invalid', `${this.#name}: this is no nick and no channel`)
    const lines = outboundLines(text, session.roomFor(place.chatId))
    if (lines.length === 0) throw new ChannelFailure('invalid', `${this.#name}: there is no text to send`)
    await session.say(this.#folded(place.chatId), lines, signal)
    return { messageId: '', ids: { chatId: this.#folded(place.chatId) } }
  }

  /** `#room` and `channel:#room` are a channel; `nick`, `@nick` and `user:nick` a person. */
  placeOf(target: string): ChatPlace | null {
    const [, mark = '', name = ''] = /^(?:irc:)?(channel:|group:|user:|@)?(.*)$/u.exec(target.trim()) ?? []
    if (isRoom(name) && mark !== 'user:' && mark !== '@') return { kind: 'channel', chatId: this.#folded(name) }
    if (isNick(name) && mark !== 'channel:' && mark !== 'group:') return { kind: 'direct', chatId: this.#folded(name) }
    return null
  }

  /** A nick, a mask `nick!user@host` with `*` and `?`, or `account:<name>` where the server tells accounts. */
  isSender(entry: string, sender: ChatSender): boolean {
    const wanted = entry.trim().replace(/^irc:/u, '')
    const whole = (sender.aliases ?? []).filter((alias) => !alias.startsWith('account:'))
    if (wanted.startsWith('account:')) return (sender.aliases ?? []).includes(wanted)
    if (wanted.includes('!')) return whole.some((alias) => isMaskOf(wanted, alias, this.#mapping))
    return wanted !== '' && this.#folded(wanted.replace(/^@/u, '')) === this.#folded(sender.id)
  }

  async #attempt(start: number): Promise<void> {
    const { read, patterns, pace = USUAL_PACE, trusted } = this.#options
    if (read.kind === 'incomplete') return
    const { settings } = read
    this.#nextAttemptAt = undefined
    try {
      const library = await loadIrcLibrary()
      const password = await this.#secret(settings.password, 'passwordFile')
      const nickservPassword =
        settings.nickserv === null ? undefined : await this.#secret(settings.nickserv.password, 'nickserv.passwordFile')
      if (start !== this.#start || !this.#isRunning) return
      const { clock, log } = this.#around
      const session = new IrcSession(
        {
          ...{ library, settings, password, nickservPassword, patterns, clock, log, pace, trusted },
          name: this.#name,
          nextId: this.#idsOf(clock.now(), ++this.#sessions),
        },
        {
          ready: () => this.#ready(session),
          said: (message) => this.#handOver?.add(message),
          changed: () => this.#receiver?.changed(),
          ended: (failure) => this.#ended(failure),
        },
      )
      this.#session = session
      session.open()
    } catch (error) {
      if (start !== this.#start || !this.#isRunning) return
      this.#ended(
        error instanceof ChannelFailure
          ? error
          : new ChannelFailure('network', `${this.#name}: the connection cannot be begun`, { cause: error }),
      )
    }
  }

  #ready(session: IrcSession): void {
    const { clock, log } = this.#around
    this.#trouble = undefined
    this.#readyAt = clock.monotonic()
    this.#lastConnectedAt = clock.now()
    log.info(`${this.#name}: connected as ${session.nick}`)
    this.#receiver?.changed()
  }

  #ended(failure: ChannelFailure): void {
    const { clock, log, random } = this.#around
    const wasGood = this.#readyAt !== undefined && clock.monotonic() - this.#readyAt >= GOOD_SESSION_MS
    this.#session = undefined
    this.#readyAt = undefined
    this.#trouble = failure
    if (wasGood) this.#attempts = 0
    const wait = waitBeforeAttempt(failure.code, this.#attempts, random())
    this.#attempts++
    this.#nextAttemptAt = clock.now() + wait
    const start = this.#start
    this.#retry = clock.after(wait, () => void this.#attempt(start))
    log.warn(failure.message, { code: failure.code, nextAttemptMs: wait })
    this.#receiver?.changed()
  }

  async #end(): Promise<void> {
    this.#isRunning = false
    this.#start++
    this.#retry?.cancel()
    this.#nextAttemptAt = undefined
    this.#attempts = 0
    const session = this.#session
    this.#session = undefined
    const handOver = this.#handOver
    this.#handOver = undefined
    await Promise.all([session?.close(), handOver?.close()])
  }

  /** Ids for messages that bring none: two equal texts are two messages, also after a restart. */
  #idsOf(since: number, session: number): () => string {
    return () => `${since.toString(36)}-${session}-${++this.#messages}`
  }

  async #secret({ text, file }: SecretPlace, setting: string): Promise<string | undefined> {
    if (text !== undefined || file === undefined) return text
    try {
      return (await readFile(file, 'utf8')).trim()
    } catch (error) {
      const message = `${this.#name}: the file of channels.irc.${setting} cannot be read`
      throw new ChannelFailure('auth', message, { cause: error })
    }
  }

  get #mapping(): CaseMapping {
    if (this.#session?.isReady === true) this.#known = this.#session.mapping
    return this.#known
  }

  #folded(name: string): string {
    return folded(name, this.#mapping)
  }
}

/** The answer, or false when the signal aborts first. */
async function unlessAborted(answer: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false
  const settled = new AbortController()
  const aborted = new Promise<boolean>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true, signal: settled.signal })
  })
  return Promise.race([answer, aborted]).finally(() => settled.abort())
}
