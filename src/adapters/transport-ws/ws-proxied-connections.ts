import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { readProxyHeader } from './proxy-header.js'
import { plainAddress } from './ws-peer.js'

/** The first bytes of a connection must tell within this time whether they are a PROXY protocol header. */
const PATIENCE_MS = 10_000

const NOTHING = Buffer.alloc(0)

type Heir = (socket: Socket) => void

/** Takes the PROXY protocol header, if there is one, off each connection of a proxy before HTTP sees its first byte. */
export class ProxiedConnections {
  readonly #addresses = new WeakMap<Socket, string>()
  readonly #mayProxy: (address: string) => boolean

  constructor(mayProxy: (address: string) => boolean) {
    this.#mayProxy = mayProxy
  }

  /** Comes between a server and its connections; to be called before others listen for them. */
  watch(server: Server): void {
    const heirs = server.listeners('connection') as Heir[]
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      const handOver = () => {
        for (const heir of heirs) heir.call(server, socket)
      }
      // Over a Unix domain socket there is no address to trust, so nobody can speak for others.
      const { remoteAddress } = socket
      if (remoteAddress !== undefined && this.#mayProxy(plainAddress(remoteAddress))) this.#takeHeader(socket, handOver)
      else handOver()
    })
  }

  /** What the header of this connection said; undefined when there was none. */
  addressFor(socket: Socket): string | undefined {
    return this.#addresses.get(socket)
  }

  #takeHeader(socket: Socket, handOver: () => void): void {
    let head: Buffer = NOTHING
    const destroy = () => socket.destroy()
    const release = () => {
      socket.off('end', destroy).off('error', destroy).off('timeout', destroy).setTimeout(0)
      if (!socket.destroyed) handOver()
    }
    const read = () => {
      const bytes: Buffer | null = socket.read()
      if (bytes === null) return
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes])
      const header = readProxyHeader(head)
      if (header.kind === 'partial') return
      socket.off('readable', read)
      if (header.kind === 'malformed') {
        destroy()
        return
      }
      const rest = header.kind === 'complete' ? head.subarray(header.length) : head
      if (rest.length > 0) socket.unshift(rest)
      if (header.kind === 'complete' && header.address !== undefined) this.#addresses.set(socket, header.address)
      // The stream takes until then to forget that it was read by hand, and would undo a pause that HTTP asks for sooner.
      process.nextTick(() => process.nextTick(release))
    }
    socket.on('end', destroy).on('error', destroy).on('timeout', destroy).setTimeout(PATIENCE_MS).on('readable', read)
  }
}
