import { access, constants } from 'node:fs/promises'
import {
  type Endpoint,
  type Listener,
  ListenFailure,
  type Transport,
  type TransportSupport,
  type TransportTls,
} from '../../application/ports/transport.js'
import { MAX_HEAD_BYTES, type UwsEngine } from './uws-binding.js'
import { UwsListener } from './uws-listener.js'
import { type UwsSettings, type UwsTransportOptions, uwsSettings } from './uws-settings.js'

/** v20.30 cuts longer heads without a word when they come in several packets; it cannot be told otherwise. */
const OLD_MAX_HEAD_BYTES = 4 * 1024

/**
 * HTTP and WebSocket through the native engine. v20.30 ends encrypted connections in the middle of some 500 KB that
 * come or go at once, so TLS is not supported with it. What it cannot do: tell the remote port of a peer (0 is given), send
 * the headers of a streaming response before its first part (event streams get an empty comment instead), answer
 * 1009 to messages more than 7 MiB over the limit (they end with 1006), read header values beyond ASCII, take a
 * renewed certificate into use without listening anew, insist on certificates of clients, and rely on the PROXY
 * protocol: the engine reads such a header before every request of a connection, so a client behind a balancer could
 * replace what the balancer said.
 */
export class UwsTransport implements Transport {
  readonly name: string
  readonly supports: TransportSupport
  readonly #engine: UwsEngine
  readonly #settings: UwsSettings

  /** Throws RangeError for options the engine would misread. */
  constructor(engine: UwsEngine, options: UwsTransportOptions = {}) {
    this.name = engine.name
    this.#engine = engine
    this.#settings = uwsSettings(options)
    const { maxMessageBytes, queueCeilingBytes } = this.#settings
    this.supports = {
      tls: !engine.isLoopbackOnly,
      ipv6: true,
      unix: options.socketFiles !== undefined && process.platform !== 'win32',
      renewsTls: false,
      saysInvalidUtf8: false,
      pipelining: 'refused',
      maxHeadBytes: engine.isLoopbackOnly ? OLD_MAX_HEAD_BYTES : MAX_HEAD_BYTES,
      answersLongHeads: !engine.isLoopbackOnly,
      proxyProtocol: false,
      maxMessageBytes,
      queueCeilingBytes,
    }
  }

  async listen(at: readonly Endpoint[]): Promise<Listener> {
    const onPath = at.find((endpoint) => endpoint.path !== undefined)
    if (onPath !== undefined && !this.supports.unix) throw new ListenFailure('UNIX', onPath)
    const { tls } = this.#settings
    if (tls !== undefined && !this.supports.tls)
      throw tlsFailure(at, new Error('this engine does not encrypt reliably'))
    if (tls?.caPath !== undefined)
      throw tlsFailure(at, new Error('this engine lets clients in that show no certificate'))
    if (tls !== undefined) await checkReadable(tls, at)
    const listener = this.#createListener(at)
    await listener.listen(at)
    return listener
  }

  #createListener(at: readonly Endpoint[]): UwsListener {
    try {
      return new UwsListener(this.#engine.native, this.#settings)
    } catch (thrown) {
      // The engine says only that it failed, and the certificate is the only thing that can make it.
      if (this.#settings.tls !== undefined) throw tlsFailure(at, thrown)
      throw thrown
    }
  }
}

async function checkReadable(tls: TransportTls, at: readonly Endpoint[]): Promise<void> {
  try {
    await Promise.all([tls.certPath, tls.keyPath].map((path) => access(path, constants.R_OK)))
  } catch (thrown) {
    throw tlsFailure(at, thrown)
  }
}

function tlsFailure(at: readonly Endpoint[], cause: unknown): ListenFailure {
  return new ListenFailure('TLS', at[0] ?? { host: '', port: 0 }, cause)
}
