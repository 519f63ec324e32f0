import type { GatewayRunOptions } from '../adapters/cli-commander/cli-deps.js'
import type { Endpoint, Listener } from '../application/ports/transport.js'
import { type ChosenTransport, chooseTransport, type EngineChoice } from './choose-transport.js'
import { listenOrRefuse } from './listen-or-refuse.js'
import { socketsFor } from './listen-urls.js'
import type { TlsMaterial } from './tls-material.js'

/** What a process listens with. */
export interface Listening {
  readonly listener: Listener
  readonly chosen: ChosenTransport
  /** Null when nothing is encrypted. */
  readonly tls: TlsMaterial | null
}

/** What every listener of a process is made from. */
export interface ListeningNeeds {
  readonly options: GatewayRunOptions
  /** Who may begin a connection with a PROXY protocol header. */
  readonly mayProxy: (address: string) => boolean
}

/**
 * Listens where a configuration says. The engine can be chosen by `MAYROS_ENGINE`.
 * @throws StartStopped
 */
export async function listenFor(
  { options, mayProxy }: ListeningNeeds,
  endpoints: readonly Endpoint[],
  tls: TlsMaterial | null = null,
): Promise<Listening> {
  const asked = options.environment.variables.MAYROS_ENGINE
  const choice: EngineChoice = asked === 'ws' || asked === 'uws' ? asked : 'auto'
  const chosen = await chooseTransport(choice, endpoints, { mayProxy, ...(tls === null ? {} : { tls: tls.files }) })
  return { chosen, tls, listener: await listenOrRefuse(chosen.transport, socketsFor(endpoints)) }
}
