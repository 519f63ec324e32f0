import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Endpoint, ListenFailure, type ListenFailureCode } from '../../application/ports/transport.js'

const KNOWN: ReadonlySet<string> = new Set<ListenFailureCode>(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'])
/** A free port of one address may be taken on the next one; then another is tried. */
const TRIES_FOR_A_FREE_PORT = 8

/** Servers that listen, and where. */
export interface Bound {
  readonly servers: readonly Server[]
  readonly endpoints: readonly Endpoint[]
}

/** Listens on all endpoints or on none; rejects with ListenFailure. Endpoints with port 0 get the same free port. */
export async function bindAll(wanted: readonly Endpoint[], create: () => Server): Promise<Bound> {
  for (let triesLeft = TRIES_FOR_A_FREE_PORT; ; triesLeft--) {
    try {
      return await bindOnce(wanted, create)
    } catch (thrown) {
      if (!(thrown instanceof ListenFailure) || !isBadLuck(thrown, wanted) || triesLeft === 1) throw thrown
    }
  }
}

/** Whether the port that was taken is one nobody asked for. */
function isBadLuck(failure: ListenFailure, wanted: readonly Endpoint[]): boolean {
  const { code, endpoint } = failure
  return code === 'EADDRINUSE' && !wanted.some(({ host, port }) => host === endpoint.host && port === endpoint.port)
}

async function bindOnce(wanted: readonly Endpoint[], create: () => Server): Promise<Bound> {
  const servers: Server[] = []
  const endpoints: Endpoint[] = []
  let freePort = 0
  try {
    for (const { host, port } of wanted) {
      const server = create()
      const endpoint = await listen(server, { host, port: port || freePort })
      if (port === 0) freePort = endpoint.port
      servers.push(server)
      endpoints.push(endpoint)
    }
    return { servers, endpoints }
  } catch (thrown) {
    await Promise.all(servers.map(unlisten))
    throw thrown
  }
}

function listen(server: Server, { host, port }: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const code = KNOWN.has(error.code ?? '') ? (error.code as ListenFailureCode) : 'UNKNOWN'
      reject(new ListenFailure(code, { host, port }, error))
    }
    server.once('error', refuse)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', refuse)
      resolve({ host, port: (server.address() as AddressInfo).port })
    })
  })
}

function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
