import type { Client, SaidEvent } from 'irc-framework'
import { ChannelFailure, type ChannelFailureCode, type InboundMessage } from '../../application/ports/channel.js'
import type { Clock, Timer } from '../../application/ports/clock.js'
import type { Log } from '../../application/ports/log.js'
import { inboundMessage } from './inbound-message.js'
import type { IrcLibrary } from './irc-library.js'
import { type CaseMapping, folded, UNKNOWN_MAPPING } from './irc-names.js'
import { ENTRY_REFUSALS, JOIN_REFUSALS, partingCode, SPEECH_REFUSALS, socketTrouble } from './irc-refusals.js'
import type { IrcSettings } from './irc-settings.js'
import { IrcSocket } from './irc-socket.js'
import { NickKeeper } from './nick-keeper.js'
import { NickservLogin } from './nickserv-login.js'
import { OutboundLane, type Pace } from './outbound-lane.js'
import { roomInLine } from './outbound-lines.js'
import { RoomKeeper } from './room-keeper.js'

/** From the first packet until the server has let us in. */
const ENTRY_MS = 30_000
/** How often we look whether the server still speaks. */
const WATCH_EVERY_MS = 30_000
const QUIET_MS = 60_000
const DEAD_MS = 120_000
/** End of the message of the day, or none: by now the server has said what it can. */
const INTRODUCED: ReadonlySet<string> = new Set(['376', '422'])
/** How long a farewell may take. */
const FAREWELL_MS = 1_000

/** What a session tells of itself. */
export interface SessionEvents {
  /** The server has let us in. */
  ready(): void
  said(message: InboundMessage): void
  changed(): void
  /** It is over, and nobody asked for that; told once. */
  ended(failure: ChannelFailure): void
}

export interface SessionParts {
  readonly library: IrcLibrary
  readonly settings: IrcSettings
  readonly password: string | undefined
  readonly nickservPassword: string | undefined
  readonly patterns: readonly RegExp[]
  readonly clock: Clock
  readonly log: Log
  readonly pace: Pace
  readonly trusted: string | undefined
  /** Makes an id for a message that brings none. */
  readonly nextId: () => string
  /** Begins every message about the account: `irc/main`. */
  readonly name: string
}

/** One connection to a server, from its first packet to its last. */
export class IrcSession {
  readonly #parts: SessionParts
  readonly #events: SessionEvents
  readonly #client: Client
  readonly #lane: OutboundLane
  readonly #nicks: NickKeeper
  readonly #rooms: RoomKeeper
  readonly #nickserv: NickservLogin | null
  readonly #timers = new Set<Timer>()
  readonly #probes = new Map<string, (isAnswered: boolean) => void>()
  #reason: ChannelFailure | undefined
  #isReady = false
  #isIntroduced = false
  #isLoggedIn = false
  #isOver = false
  #isWanted = true
  #heardAt: number
  #nick: string
  #socket: IrcSocket | undefined
  #asked = 0
  #whenOver: () => void = () => this.#parts.log.trace(`${this.#parts.name}: the connection is closed`)

  constructor(parts: SessionParts, events: SessionEvents) {
    this.#parts = parts
    this.#events = events
    const { clock, settings, nickservPassword } = parts
    this.#client = new parts.library.Client()
    this.#heardAt = clock.monotonic()
    this.#nick = settings.nick
    this.#nicks = new NickKeeper(settings.nick, clock, (nick) => this.#client.changeNick(nick))
    this.#rooms = new RoomKeeper(
      settings.rooms,
      clock,
      (one, other) => this.#isSame(one, other),
      (names, keys) => this.#client.raw(`JOIN ${names} ${keys}`.trim()),
    )
    const say = (target: string, text: string) => this.#client.raw(`PRIVMSG ${target} :${text}`)
    this.#lane = new OutboundLane({ say, askReceipt: (token) => this.#client.raw(`PING :${token}`) }, clock, parts.pace)
    this.#nickserv =
      settings.nickserv === null || nickservPassword === undefined
        ? null
        : new NickservLogin({ ...settings.nickserv, nick: settings.nick, password: nickservPassword }, say, parts.log)
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isOver
  }

  /** The nick we have, which need not be the one we want. */
  get nick(): string {
    return this.#nick
  }

  /** As the server says; RFC 1459 when it says nothing; the narrowest until it has introduced itself. */
  get mapping(): CaseMapping {
    if (!this.#isIntroduced) return UNKNOWN_MAPPING
    const said = this.#client.network.supports('CASEMAPPING')
    return typeof said === 'string' ? said : 'rfc1459'
  }

  get facts(): Readonly<Record<string, string | boolean>> {
    const { joined, missing } = this.#rooms.places
    return {
      channels: joined.join(', '),
      ...(missing.length === 0 ? {} : { notJoined: missing.join(', ') }),
      identified: this.#isLoggedIn || this.#nickserv?.isIdentified === true,
    }
  }

  open(): void {
    const { settings, password, nickservPassword, trusted, log, name, clock } = this.#parts
    this.#listen()
    this.#after(ENTRY_MS, () => {
      if (!this.#isReady)
        this.#giveUp('network', 'the server did not let us in in time; check channels.irc.host, port and tls')
    })
    this.#timers.add(clock.every(WATCH_EVERY_MS, () => this.#watch()))
    const socketOptions = {
      host: settings.host,
      port: settings.port,
      tls: settings.tls,
      ...(trusted === undefined ? {} : { trusted }),
      onFault: (fault: unknown) => log.debug(`${name}: a line of the server cannot be read`, { err: fault }),
    }
    const keep = (socket: IrcSocket) => {
      this.#socket = socket
    }
    this.#client.connect({
      transport: class extends IrcSocket {
        constructor() {
          super(socketOptions)
          keep(this)
        }
      },
      nick: settings.nick,
      username: settings.username,
      gecos: settings.realname,
      ...(password === undefined ? {} : { password }),
      account: nickservPassword === undefined ? {} : { account: settings.nick, password: nickservPassword },
      version: '',
      auto_reconnect: false,
      ping_interval: 0,
      ping_timeout: 0,
    })
  }

  /** How many bytes of text one message to a target may have. */
  roomFor(target: string): number {
    return roomInLine(this.nick, target)
  }

  say(target: string, lines: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#lane.send(target, lines, signal)
  }

  /** Resolves when the server has answered, with false when the connection ends before; never when it is silent. */
  ping(): Promise<boolean> {
    return new Promise((resolve) => {
      const token = `mayros-probe-${++this.#asked}`
      this.#probes.set(token, resolve)
      this.#client.raw(`PING :${token}`)
    })
  }

  /** Says farewell where there is anybody to hear it; resolves when the connection is closed. */
  close(): Promise<void> {
    this.#isWanted = false
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const wasReady = this.#isReady
      this.#whenOver = resolve
      this.#letGo()
      if (!wasReady) {
        this.#cutOff()
        return
      }
      this.#after(FAREWELL_MS, () => this.#cutOff())
      this.#client.quit('the gateway goes away')
    })
  }

  #listen(): void {
    const client = this.#client
    client.on('raw', ({ line, from_server: isIncoming }) => {
      if (isIncoming) this.#heard(line)
    })
    client.on('registered', ({ nick }) => this.#entered(nick))
    client.on('socket close', (error) => this.#over(error))
    client.on('nick in use', () => this.#nickTaken())
    client.on('nick invalid', () => this.#nickRefused())
    client.on('sasl failed', ({ reason }) => this.#saslFailed(reason))
    client.on('loggedin', () => {
      this.#isLoggedIn = true
    })
    client.on('privmsg', (said) => this.#said(said, 'said'))
    client.on('action', (said) => this.#said(said, 'acted'))
    client.on('notice', ({ nick, message }) => this.#noticed(nick, message))
    client.on('pong', ({ message }) => this.#answered(message ?? ''))
    client.on('nick', ({ nick, new_nick: next }) => this.#renamed(nick, next))
    client.on('quit', ({ nick }) => this.#nicks.freed(this.#isSame(nick, this.#parts.settings.nick)))
    client.on('join', ({ nick, channel }) => {
      if (channel !== undefined && this.#isSame(nick, this.nick)) this.#moved(() => this.#rooms.joined(channel))
    })
    client.on('part', ({ nick, channel }) => {
      if (this.#isSame(nick, this.nick)) this.#moved(() => this.#rooms.left(channel, 'parted'))
    })
    client.on('kick', ({ kicked, channel }) => {
      if (!this.#isSame(kicked, this.nick)) return
      this.#parts.log.warn(`${this.#parts.name}: we were kicked from ${channel}`)
      this.#moved(() => this.#rooms.left(channel, 'kicked'))
    })
    client.on('invite', ({ invited, channel }) => {
      if (this.#isSame(invited, this.nick)) this.#rooms.invited(channel)
    })
  }

  #heard(line: string): void {
    this.#heardAt = this.#parts.clock.monotonic()
    const number = /^(?:@\S+ +)?(?::\S+ +)?(\d{3}|ERROR) /u.exec(line)?.[1]
    if (number === undefined) return
    if (INTRODUCED.has(number)) this.#isIntroduced = true
    const params = this.#parts.library.ircLineParser(line).params
    const [, about = ''] = params
    const why = this.#shown(params.at(-1) ?? '')
    if (number === 'ERROR') {
      this.#reason ??= new ChannelFailure(
        partingCode(why),
        `${this.#parts.name}: the server closed the connection (${why})`,
      )
      return
    }
    const entry = ENTRY_REFUSALS[number]
    if (entry !== undefined && !this.#isReady) {
      this.#reason = new ChannelFailure(entry.code, `${this.#parts.name}: ${entry.advice} (${why})`)
      return
    }
    const joining = JOIN_REFUSALS[number]
    if (joining !== undefined && this.#rooms.refused(about, joining)) {
      this.#parts.log.warn(`${this.#parts.name}: cannot join ${about}: ${joining} (${why})`)
      this.#events.changed()
    }
    const speaking = SPEECH_REFUSALS[number]
    if (speaking === undefined) return
    const target = folded(about, this.mapping)
    this.#lane.refuse(target, new ChannelFailure(speaking, `${this.#parts.name}: ${about}: ${why}`))
  }

  #entered(nick: string): void {
    this.#isReady = true
    this.#nick = nick
    this.#reason = undefined
    this.#nicks.watch(() => this.nick === this.#parts.settings.nick)
    if (!this.#isLoggedIn) this.#nickserv?.logIn(this.nick)
    this.#rooms.joinAll()
    this.#events.ready()
  }

  #renamed(from: string, to: string): void {
    const { nick: wanted } = this.#parts.settings
    if (!this.#isSame(from, this.#nick)) {
      this.#nicks.freed(this.#isSame(from, wanted))
      return
    }
    this.#nick = to
    this.#nicks.watch(() => this.#nick === wanted)
    this.#events.changed()
  }

  #nickTaken(): void {
    if (this.#isReady || this.#nicks.askAlternative()) return
    this.#giveUp('forbidden', 'the nick and everything like it is in use; set another channels.irc.nick')
  }

  /** An alternative may be too long for the server; the nick of the configuration is for people to mend. */
  #nickRefused(): void {
    if (this.#isReady) return
    if (this.#nicks.hasTried) this.#nickTaken()
    else this.#giveUp('invalid', 'the server does not take this nick; check channels.irc.nick')
  }

  /** A password that is wrong ends it; an account that shall be registered is not there yet. */
  #saslFailed(reason: string): void {
    const isRefused = ['fail', 'nick_locked', 'too_long'].includes(reason)
    if (!isRefused || this.#isReady || this.#parts.settings.nickserv?.register === true) return
    this.#giveUp('auth', 'the server does not accept the login; check channels.irc.nickserv.password')
  }

  #said(said: SaidEvent, kind: 'said' | 'acted'): void {
    if (!this.isReady || !this.#isWanted) return
    const { patterns, clock, nextId } = this.#parts
    const hearer = { nick: this.nick, mapping: this.mapping, patterns, now: clock.now(), nextId }
    const message = inboundMessage(said, kind, hearer)
    if (message !== null) this.#events.said(message)
  }

  /** Notices are never answered; only the service that keeps nicks is listened to. */
  #noticed(nick: string, text: string): void {
    const service = this.#parts.settings.nickserv?.service.split('@')[0]
    if (service === undefined || !this.#isSame(nick, service)) return
    if (this.#nickserv?.heard(text) === true) this.#moved(() => this.#rooms.joinAll())
  }

  #answered(token: string): void {
    this.#lane.confirm(token)
    this.#probes.get(token)?.(true)
    this.#probes.delete(token)
  }

  #moved(change: () => void): void {
    change()
    this.#events.changed()
  }

  #watch(): void {
    const quietMs = this.#parts.clock.monotonic() - this.#heardAt
    if (quietMs >= DEAD_MS) this.#giveUp('network', 'the server has stopped answering')
    else if (quietMs >= QUIET_MS && this.#isReady) this.#client.raw('PING :mayros')
  }

  #giveUp(code: ChannelFailureCode, why: string): void {
    this.#reason ??= new ChannelFailure(code, `${this.#parts.name}: ${why}`)
    this.#cutOff()
  }

  /** Ends the connection at once, and does not wait to be told. */
  #cutOff(): void {
    this.#socket?.disposeSocket()
    this.#over(undefined)
  }

  #over(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#letGo()
    this.#client.removeAllListeners()
    const { name, settings } = this.#parts
    const where = `${settings.host}:${settings.port}`
    this.#whenOver()
    if (!this.#isWanted) return
    this.#events.ended(
      this.#reason ?? new ChannelFailure('network', `${name}: ${where}: ${socketTrouble(error)}`, { cause: error }),
    )
  }

  #letGo(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#nicks.end()
    this.#rooms.end()
    for (const answer of this.#probes.values()) answer(false)
    this.#probes.clear()
    const { name } = this.#parts
    this.#lane.end(
      this.#isWanted
        ? new ChannelFailure('network', `${name}: the connection broke before the message had arrived`)
        : new ChannelFailure('stopped', `${name} was stopped before the message had arrived`),
    )
  }

  #after(delayMs: number, action: () => void): void {
    this.#timers.add(this.#parts.clock.after(delayMs, action))
  }

  #isSame(one: string, other: string): boolean {
    return folded(one, this.mapping) === folded(other, this.mapping)
  }

  /** What a server says, short and without what it should not know. */
  #shown(text: string): string {
    const { password, nickservPassword } = this.#parts
    const secrets = [password, nickservPassword].filter((one) => one !== undefined)
    return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text).slice(0, 200)
  }
}
