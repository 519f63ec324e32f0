import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { vi } from 'vitest'

/** Somebody with a plain client on a real IRC server; reads bytes, so that broken UTF-8 is seen. */
export class IrcPerson {
  readonly nick: string
  /** Lines of the server as bytes, oldest first. */
  readonly lines: Buffer[] = []
  readonly #socket: Socket
  #rest = Buffer.alloc(0)

  private constructor(nick: string, socket: Socket) {
    this.nick = nick
    this.#socket = socket
    socket.on('error', (error) => this.lines.push(Buffer.from(`(${error.message})`)))
    socket.on('data', (bytes) => this.#take(bytes))
  }

  static async join(port: number, nick: string, password: string): Promise<IrcPerson> {
    const socket = createConnection({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    const person = new IrcPerson(nick, socket)
    person.write(`PASS ${password}\r\nNICK ${nick}\r\nUSER ${nick} 0 * :${nick}`)
    await person.sees(/ 001 /u)
    return person
  }

  write(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  async sees(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.lines.some((line) => pattern.test(line.toString()))) {
          throw new Error(`${pattern} was not seen in: ${this.lines.join(' | ')}`)
        }
      },
      { timeout: 8_000, interval: 5 },
    )
  }

  /** Texts that somebody has said to a target. */
  heardFrom(nick: string, target: string): readonly Buffer[] {
    const said = `PRIVMSG ${target} :`
    return this.lines
      .filter((line) => line.toString().startsWith(`:${nick}!`) && line.includes(said))
      .map((line) => line.subarray(line.indexOf(said) + said.length))
  }

  leave(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (let end = this.#rest.indexOf('\r\n'); end >= 0; end = this.#rest.indexOf('\r\n')) {
      const line = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end + 2)
      if (line.toString().startsWith('PING')) this.write(line.toString().replace('PING', 'PONG'))
      this.lines.push(line)
    }
  }
}
