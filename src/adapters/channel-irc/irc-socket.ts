import { EventEmitter } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { connect as connectTls } from 'node:tls'

/** Longest line taken from a server: 8191 bytes of tags, 512 of message, and room for what servers get wrong. */
const LONGEST_LINE = 16_384

/** Characters that would end a line, and with it begin a command of somebody else's making. */
const LINE_ENDS = /[\r\n]/gu

export interface IrcSocketOptions {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Certificates in PEM that are trusted instead of those of the machine. */
  readonly trusted?: string
  /** The library could not make sense of a line. */
  readonly onFault: (fault: unknown) => void
}

/**
 * The wire under the library, in the shape it asks of a transport. Its own would let a malformed line of the server
 * end the process, and would keep a line that never ends.
 */
export class IrcSocket extends EventEmitter {
  readonly #options: IrcSocketOptions
  #socket: Socket | undefined
  #isOpen = false
  #rest = ''

  constructor(options: IrcSocketOptions) {
    super()
    this.#options = options
  }

  isConnected(): boolean {
    return this.#isOpen
  }

  connect(): void {
    const { host, port, tls, trusted } = this.#options
    const socket = tls
      ? connectTls({
          host,
          port,
          rejectUnauthorized: true,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(trusted === undefined ? {} : { ca: trusted }),
        })
      : connectPlain({ host, port })
    this.#socket = socket
    const decoder = new StringDecoder('utf8')
    let trouble: Error | undefined
    socket.setNoDelay(true)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      this.#isOpen = true
      this.emit('open')
    })
    socket.on('data', (bytes: Buffer) => this.#take(decoder.write(bytes)))
    socket.on('error', (error: Error) => {
      trouble = error
    })
    socket.once('close', () => {
      this.#isOpen = false
      this.emit('close', trouble ?? false)
    })
  }

  writeLine(line: string, written?: () => void): void {
    if (this.#socket === undefined || !this.#isOpen) {
      if (written !== undefined) process.nextTick(written)
      return
    }
    this.#socket.write(`${line.replace(LINE_ENDS, ' ').replaceAll('\0', '')}\r\n`, () => written?.())
  }

  close(isForced: boolean): void {
    if (isForced || !this.#isOpen) this.#socket?.destroy()
    else this.#socket?.end()
  }

  disposeSocket(): void {
    this.#socket?.destroy()
  }

  /** The library asks; everything is UTF-8. */
  setEncoding(encoding: string): boolean {
    return encoding === 'utf8'
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#offer(line)
    if (this.#rest.length > LONGEST_LINE) this.#socket?.destroy(new Error('a line does not end'))
  }

  #offer(line: string): void {
    try {
      this.emit('line', line)
    } catch (fault) {
      this.#options.onFault(fault)
    }
  }
}
