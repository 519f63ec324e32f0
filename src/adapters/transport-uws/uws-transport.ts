import { access, constants } from 'node:fs/promises'
import {
  type Endpoint,
  type Listener,
  ListenFailure,
  type Transport,
  type TransportSupport,
  type TransportTls,
} from '../../application/ports/transport.js'
import type { UwsEngine } from './uws-binding.js'
import { UwsListener } from './uws-listener.js'
import { type UwsSettings, type UwsTransportOptions, uwsSettings } from './uws-settings.js'

/**
 * HTTP and WebSocket through the native engine. What it cannot do: tell the remote port of a peer (0 is given), send
 * the headers of a streaming response before its first part (event streams get an empty comment instead), answer
 * 1009 to messages more than 7 MiB over the limit (they end with 1006), and read header values beyond ASCII.
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
    this.supports = { tls: true, ipv6: true, maxMessageBytes, queueCeilingBytes }
  }

  async listen(at: readonly Endpoint[]): Promise<Listener> {
    const { tls } = this.#settings
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
