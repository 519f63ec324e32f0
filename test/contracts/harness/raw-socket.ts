import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Endpoint } from '../../../src/application/ports/transport.js'
import type { RawClient, RawOptions } from '../transport/transport-harness.js'

/** Resolves when the connection is there, encryption included. */
export function rawSocket(endpoint: Endpoint, options: RawOptions = {}): Promise<RawClient> {
  const target: NetConnectOpts =
    endpoint.path === undefined ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path }
  return new Promise((resolve, reject) => {
    const plain = connect(target)
    if (options.preface) plain.write(options.preface)
    const socket = options.tls ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain
    plain.on('error', reject)
    socket.once('error', reject)
    socket.once(options.tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject)
      resolve(new RawSocket(socket))
    })
  })
}

class RawSocket implements RawClient {
  text = ''
  hasEnded = false
  readonly fingerprint: string
  readonly #socket: Socket

  constructor(socket: Socket | TLSSocket) {
    this.#socket = socket
    this.fingerprint = 'getPeerCertificate' in socket ? socket.getPeerCertificate().fingerprint256 : ''
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1')
    })
    const end = () => {
      this.hasEnded = true
    }
    socket.on('end', end).on('close', end).on('error', end)
  }

  write(data: string | Uint8Array): void {
    if (typeof data === 'string') this.#socket.write(data, 'latin1')
    else this.#socket.write(data)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
