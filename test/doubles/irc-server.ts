import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { unusedPort } from '../contracts/harness/unused-port.js'

export interface IrcServerOptions {
  /** Said to everybody who comes, before they say anything. */
  readonly greeting?: string
  /** Takes connections and says nothing. */
  readonly isSilent?: boolean
  readonly password?: string
  /** Credentials of the login that the server offers before anybody is let in. */
  readonly sasl?: { readonly account: string; readonly password: string }
  /** Capabilities besides `sasl`. */
  readonly caps?: readonly string[]
  readonly isupport?: string
  readonly takenNicks?: readonly string[]
  /** The line with which everybody is turned away. */
  readonly refusal?: string
  readonly tls?: { readonly cert: string; readonly key: string }
}

interface Guest {
  readonly socket: Socket
  nick: string
  user: string
  password?: string
  isNegotiating: boolean
  isIn: boolean
}

/** An IRC server in this process, with one guest at a time that matters: the account under test. */
export class IrcServer {
  /** Every line that guests sent, oldest first. */
  readonly heard: string[] = []
  readonly #options: IrcServerOptions
  readonly #guests = new Set<Guest>()
  readonly #takenNicks: Set<string>
  readonly #refusals = new Map<string, string>()
  #server: Server | undefined
  #port = 0

  constructor(options: IrcServerOptions = {}) {
    this.#options = options
    this.#takenNicks = new Set(options.takenNicks)
  }

  get port(): number {
    return this.#port
  }

  get connections(): number {
    return this.#guests.size
  }

  /** Messages sent to a target, without the protocol around them. */
  shownTo(target: string): readonly string[] {
    const start = `PRIVMSG ${target} :`
    return this.heard.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length))
  }

  async listen(): Promise<this> {
    const { tls } = this.#options
    const greet = (socket: Socket) => this.#greet(socket)
    this.#server = tls === undefined ? createServer(greet) : createTlsServer(tls, greet)
    this.#port ||= await unusedPort()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  /** Breaks every connection and refuses new ones until `listen`. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const { socket } of this.#guests) socket.destroy()
    if (server === undefined) return
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }

  /** Somebody called `nick` says something to a target, or to the guest. */
  say(nick: string, text: string, { target, tags = '', command = 'PRIVMSG' }: Saying = {}): void {
    for (const guest of this.#guests) {
      const to = target ?? guest.nick
      if (guest.isIn)
        this.line(`${tags === '' ? '' : `@${tags} `}:${nick}!${nick}@example.org ${command} ${to} :${text}`)
    }
  }

  /** Sends a line as it is to every guest. */
  line(line: string): void {
    for (const { socket } of this.#guests) socket.write(`${line}\r\n`)
  }

  /** From now on whoever speaks to this target gets this line. */
  refuseSpeechTo(target: string, line: string): void {
    this.#refusals.set(target, line)
  }

  freeNick(nick: string): void {
    this.#takenNicks.delete(nick)
  }

  #greet(socket: Socket): void {
    const guest: Guest = { socket, nick: '', user: '', isNegotiating: false, isIn: false }
    this.#guests.add(guest)
    if (this.#options.greeting !== undefined) socket.write(`${this.#options.greeting}\r\n`)
    let rest = ''
    socket.on('error', (error) => this.heard.push(`(${error.message})`))
    socket.on('close', () => this.#guests.delete(guest))
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        this.heard.push(line)
        if (this.#options.isSilent !== true) this.#answer(guest, line)
      }
    })
  }

  #answer(guest: Guest, line: string): void {
    const [command = '', first = ''] = line.split(' ')
    const last = line.includes(' :') ? line.slice(line.indexOf(' :') + 2) : (line.split(' ').at(-1) ?? '')
    const send = (text: string) => guest.socket.write(`${text}\r\n`)
    if (command === 'CAP') this.#negotiate(guest, first, last, send)
    else if (command === 'AUTHENTICATE') this.#authenticate(guest, last, send)
    else if (command === 'PASS') guest.password = last
    else if (command === 'NICK') this.#rename(guest, last, send)
    else if (command === 'USER') guest.user = first
    else if (command === 'PING') send(`:irc.test PONG irc.test :${last}`)
    else if (command === 'PRIVMSG' && this.#refusals.has(first)) send(`:irc.test ${this.#refusals.get(first)}`)
    else if (command === 'JOIN') {
      for (const room of first.split(',')) send(`:${guest.nick}!bot@example.org JOIN ${room}`)
    } else if (command === 'QUIT') guest.socket.end('ERROR :Closing link\r\n')
    this.#letIn(guest, send)
  }

  #negotiate(guest: Guest, subcommand: string, last: string, send: (text: string) => void): void {
    const { caps = [], sasl } = this.#options
    if (subcommand === 'LS') {
      guest.isNegotiating = true
      send(`:irc.test CAP * LS :${[...caps, ...(sasl === undefined ? [] : ['sasl=PLAIN'])].join(' ')}`)
    } else if (subcommand === 'REQ') send(`:irc.test CAP * ACK :${last}`)
    else if (subcommand === 'END') guest.isNegotiating = false
  }

  #authenticate(guest: Guest, last: string, send: (text: string) => void): void {
    if (last === 'PLAIN') {
      send('AUTHENTICATE +')
      return
    }
    const { account, password } = this.#options.sasl ?? { account: '', password: '' }
    const isRight = Buffer.from(last, 'base64').toString() === `${account}\0${account}\0${password}`
    if (isRight) send(`:irc.test 900 ${guest.nick} ${guest.nick}!bot@example.org ${account} :You are now logged in`)
    send(isRight ? `:irc.test 903 ${guest.nick} :done` : `:irc.test 904 ${guest.nick} :SASL authentication failed`)
  }

  #rename(guest: Guest, nick: string, send: (text: string) => void): void {
    if (this.#takenNicks.has(nick)) {
      send(`:irc.test 433 ${guest.nick || '*'} ${nick} :Nickname is already in use`)
      return
    }
    if (guest.isIn) send(`:${guest.nick}!bot@example.org NICK :${nick}`)
    guest.nick = nick
  }

  #letIn(guest: Guest, send: (text: string) => void): void {
    if (guest.isIn || guest.isNegotiating || guest.nick === '' || guest.user === '') return
    const { refusal, password, isupport = 'CASEMAPPING=rfc1459 CHANTYPES=#& STATUSMSG=@+' } = this.#options
    const turnedAway = refusal ?? (guest.password === password ? undefined : '464 * :Password incorrect')
    if (turnedAway !== undefined) {
      guest.socket.end(`:irc.test ${turnedAway}\r\nERROR :Closing link\r\n`)
      return
    }
    guest.isIn = true
    send(`:irc.test 001 ${guest.nick} :Welcome`)
    send(`:irc.test 005 ${guest.nick} ${isupport} :are supported`)
    send(`:irc.test 422 ${guest.nick} :no message of the day`)
  }
}

interface Saying {
  readonly target?: string
  readonly tags?: string
  readonly command?: 'PRIVMSG' | 'NOTICE'
}
