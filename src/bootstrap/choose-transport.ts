import { NodeSocketFiles } from '../adapters/socket-files-node/node-socket-files.js'
import type { Endpoint, Transport, TransportOptions } from '../application/ports/transport.js'
import { isLoopbackAddress } from '../application/start/loopback-address.js'
import { standIn } from './stand-in.js'

export type EngineChoice = 'auto' | 'uws' | 'ws'

/** The engine that serves, and why not a better one. */
export interface ChosenTransport {
  readonly transport: Transport
  /** `uws 20.30`, `ws`. */
  readonly engine: string
  /** One sentence each; for the log and for `doctor`. */
  readonly reasons: readonly string[]
}

/**
 * The fastest engine that may serve these addresses: uWebSockets.js 20.57 where it loads, else v20.30 when every
 * address is loopback and nothing is encrypted, else `ws`. Only `ws` insists on certificates of clients.
 */
export async function chooseTransport(
  choice: EngineChoice,
  endpoints: readonly Endpoint[],
  given: TransportOptions,
): Promise<ChosenTransport> {
  const options = { socketFiles: new NodeSocketFiles(), meanwhile: standIn, ...given }
  if (choice === 'ws') return plain(options, ['ws was asked for'])
  if (options.tls?.caPath !== undefined) return plain(options, ['uws: does not insist on certificates of clients'])
  const { loadUws } = await import('../adapters/transport-uws/uws-binding.js')
  const { engine, refusals } = loadUws()
  const reasons = refusals.map(({ engine: name, reason }) => `${name}: ${reason}`)
  if (engine === undefined) return plain(options, reasons)
  if (engine.isLoopbackOnly && !endpoints.every(isWithinThisMachine)) {
    return plain(options, [...reasons, `${engine.name}: serves loopback addresses only`])
  }
  if (engine.isLoopbackOnly && options.tls !== undefined) {
    return plain(options, [...reasons, `${engine.name}: does not encrypt reliably`])
  }
  const { UwsTransport } = await import('../adapters/transport-uws/uws-transport.js')
  return { transport: new UwsTransport(engine, options), engine: engine.name, reasons }
}

async function plain(options: TransportOptions, reasons: readonly string[]): Promise<ChosenTransport> {
  const { WsTransport } = await import('../adapters/transport-ws/ws-transport.js')
  return { transport: new WsTransport(options), engine: 'ws', reasons }
}

function isWithinThisMachine(endpoint: Endpoint): boolean {
  return endpoint.path !== undefined || isLoopbackAddress(endpoint.host)
}
