import type {
  Connection,
  Listener,
  Transport,
  TransportEvents,
  TransportOptions,
} from '../../../src/application/ports/transport.js'

/** Which parts of an honest transport are replaced. Each lie gets the honest thing and overrides some of it. */
export interface Lies {
  /** What the transport is made with instead of what it was asked to be. */
  readonly options?: (asked: TransportOptions) => TransportOptions
  readonly transport?: (honest: Transport) => Partial<Transport>
  readonly listener?: (honest: Listener) => Partial<Listener>
  readonly connection?: (honest: Connection) => Partial<Connection>
  readonly events?: (honest: TransportEvents) => Partial<TransportEvents>
}

/** An honest transport in the hands of a liar, to see whether the contract notices. */
export function lyingTransport(honest: Transport, lies: Lies): Transport {
  const listen: Transport['listen'] = async (at) => lyingListener(await honest.listen(at), lies)
  return overridden(overridden(honest, { listen }), lies.transport?.(honest))
}

function lyingListener(honest: Listener, lies: Lies): Listener {
  const masks = new Map<Connection, Connection>()
  const mask = (connection: Connection): Connection => {
    const known = masks.get(connection) ?? overridden(connection, lies.connection?.(connection))
    masks.set(connection, known)
    return known
  }
  const serve = (given: TransportEvents) => {
    const events = overridden(given, lies.events?.(given))
    honest.serve({
      fetch: (request, peer) => events.fetch(request, peer),
      admit: (offer) => events.admit(offer),
      opened: (connection) => events.opened(mask(connection)),
      received: (connection, data) => events.received(mask(connection), data),
      drained: (connection) => events.drained(mask(connection)),
      closed: (connection, closure) => events.closed(mask(connection), closure),
      failed: (thrown) => events.failed?.(thrown),
    })
  }
  return overridden(overridden(honest, { serve }), lies.listener?.(honest))
}

/** `honest` with some members replaced; the others keep working on the honest object. */
function overridden<T extends object>(honest: T, replaced: Partial<T> | undefined): T {
  if (!replaced) return honest
  return new Proxy(honest, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name)
      return typeof value === 'function' ? value.bind(name in replaced ? replaced : target) : value
    },
  })
}
