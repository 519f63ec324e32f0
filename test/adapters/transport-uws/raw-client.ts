import { connect, type Socket } from 'node:net'

/** A client that says exactly what it is told and shows every byte it gets. */
export class RawClient {
  readonly socket: Socket
  /** Everything that came, one character per byte. */
  text = ''
  hasEnded = false

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1')
    })
    this.socket.on('error', () => this.#end())
    this.socket.on('close', () => this.#end())
  }

  send(...lines: string[]): void {
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  upgrade(...headers: string[]): void {
    this.send(
      'GET /socket HTTP/1.1',
      'Host: x',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    )
  }

  #end(): void {
    this.hasEnded = true
  }
}
