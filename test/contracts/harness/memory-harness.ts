import { MemoryNetwork } from '../../../src/adapters/transport-memory/memory-network.js'
import { MemoryRefusal } from '../../../src/adapters/transport-memory/memory-refusal.js'
import { MemoryTransport } from '../../../src/adapters/transport-memory/memory-transport.js'
import { type Endpoint, formatEndpoint, type Transport } from '../../../src/application/ports/transport.js'
import {
  type ContractPlace,
  type ContractRequest,
  type TransportHarness,
  UpgradeRefused,
} from '../transport/transport-harness.js'
import type { PlaceName } from './places.js'

const NO_WIRE = 'nothing travels as bytes here'

let pathCount = 0

/** A harness for the transport without sockets, or for a `disguise` of it. */
export function memoryHarness(
  disguise: (transport: Transport) => Transport = (transport) => transport,
  place: PlaceName = 'IPv4',
): TransportHarness {
  const network = new MemoryNetwork({ firstUnprivilegedPort: 1024 })
  const clientSide = new MemoryTransport({ network })
  return {
    name: place === 'IPv4' ? 'memory' : `memory, ${place}`,
    place: memoryPlace(place, network),
    freePath: async () => `/contract/${++pathCount}.sock`,
    create: (options) => disguise(new MemoryTransport({ ...options, network })),
    connect: async (endpoint, options = {}) => {
      const headers = headersOf(options.headers)
      const call = { path: options.path ?? '/', headers, ...(options.signal && { signal: options.signal }) }
      return clientSide.connect(endpoint, call).catch((thrown: unknown) => {
        throw thrown instanceof MemoryRefusal ? new UpgradeRefused(thrown.response) : thrown
      })
    },
    request: (endpoint, request = {}) => clientSide.fetchFrom(endpoint, toRequest(endpoint, request)),
    freePort: async () => network.freePort(),
    withoutPrivileges: (work) => work(),
    skip: { '2.7': NO_WIRE, '8.9': 'paths are only names here' },
  }
}

function memoryPlace(name: PlaceName, network: MemoryNetwork): ContractPlace {
  if (name === 'Unix') {
    const free = async () => ({ path: `/contract/${++pathCount}.sock` })
    return { free, fixed: free, peerAddress: '', hostHeader: () => 'localhost' }
  }
  const host = name === 'IPv4' ? '127.0.0.1' : '::1'
  return {
    free: async () => ({ host, port: 0 }),
    fixed: async () => ({ host, port: network.freePort() }),
    peerAddress: host,
    hostHeader: formatEndpoint,
  }
}

function toRequest(endpoint: Endpoint, { method, path, headers, body, signal }: ContractRequest): Request {
  const host = endpoint.path === undefined ? formatEndpoint(endpoint) : 'localhost'
  return new Request(`http://${host}${path ?? '/'}`, {
    method: method ?? 'GET',
    headers: headersOf(headers),
    ...(body !== undefined && { body: isIterable(body) ? streamOf(body) : body, duplex: 'half' as const }),
    ...(signal && { signal }),
  })
}

function headersOf(pairs: ContractRequest['headers'] = []): Headers {
  const headers = new Headers()
  for (const [name, value] of pairs) headers.append(name, value)
  return headers
}

function isIterable(body: NonNullable<ContractRequest['body']>): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}
