import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import type { Endpoint } from '../../../src/application/ports/transport.js'
import type { SeededRandom } from '../transport/seeded-random.js'

/** So many bytes of each direction come in small pieces: the heads, the handshake, and the first messages. */
const SHREDDED_BYTES = 2_048
const SMALL_PIECE_BYTES = 48
const LARGE_PIECE_BYTES = 64 * 1024
const HALF_SAID = [
  '',
  'GET / HT',
  'GET /half HTTP/1.1\r\nHost: x\r\nUpgr',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Le',
  '\u0016\u0003\u0001',
]

/**
 * A line to a listener on which everything arrives, but cut into other pieces, late, and at times not at all for a while.
 * Beside each client of it there may be others that stop in the middle of their first sentence and stay.
 */
export class TroubledLine {
  readonly #target: NetConnectOpts
  readonly #random: SeededRandom
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(target: Endpoint, random: SeededRandom) {
    this.#target = target.path === undefined ? { host: target.host, port: target.port } : { path: target.path }
    this.#random = random
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#join(client))
  }

  /** Where clients are to connect. */
  async open(): Promise<Endpoint> {
    await new Promise<void>((resolve) => this.#server.listen({ host: '127.0.0.1', port: 0 }, resolve))
    const address = this.#server.address()
    return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(client: Socket): void {
    this.#keep(client)
    const server = this.#dial()
    if (this.#random.chance(0.2)) this.#dial().write(this.#random.pick(HALF_SAID), 'latin1')
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('error', () => to.destroy())
      from.on('close', (hasError) => {
        if (hasError || !from.readableEnded) to.destroy()
      })
      void carry(from, to, this.#random.fork())
    }
  }

  #dial(): Socket {
    const socket = connect({ ...this.#target, allowHalfOpen: true } as NetConnectOpts)
    socket.on('error', () => socket.destroy())
    this.#keep(socket)
    return socket
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

async function carry(from: Socket, to: Socket, random: SeededRandom): Promise<void> {
  let carried = 0
  try {
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const most = carried < SHREDDED_BYTES ? SMALL_PIECE_BYTES : LARGE_PIECE_BYTES
        const piece = chunk.subarray(at, at + random.between(1, most))
        at += piece.length
        carried += piece.length
        if (!to.write(piece)) await flushed(to)
        await delay(random)
        if (to.destroyed) return
      }
    }
    to.end()
  } catch {
    // The line is down: its other side is told by the listeners on `from`.
    to.destroy()
  }
}

async function delay(random: SeededRandom): Promise<void> {
  if (random.chance(0.4)) await new Promise((resolve) => setImmediate(resolve))
  if (random.chance(0.02)) await new Promise((resolve) => setTimeout(resolve, random.between(1, 4)))
  if (random.chance(0.002)) await new Promise((resolve) => setTimeout(resolve, random.between(10, 40)))
}

function flushed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      socket.off('drain', goOn).off('close', goOn)
      resolve()
    }
    socket.on('drain', goOn).on('close', goOn)
  })
}
