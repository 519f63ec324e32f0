import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PlacedSocket, SocketFiles } from '../../application/ports/socket-files.js'
import {
  type Endpoint,
  type InetEndpoint,
  ListenFailure,
  type ListenFailureCode,
} from '../../application/ports/transport.js'

const KNOWN: ReadonlySet<string> = new Set<ListenFailureCode>(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'])
/** A free port of one address may be taken on the next one; then another is tried. */
const TRIES_FOR_A_FREE_PORT = 8

/** Servers that listen, and where. */
export interface Bound {
  readonly servers: readonly Server[]
  readonly endpoints: readonly Endpoint[]
  /** To be removed before the servers are closed. */
  readonly files: readonly PlacedSocket[]
}

/** Listens on all endpoints or on none; rejects with ListenFailure. Endpoints with port 0 get the same free port. */
export async function bindAll(
  wanted: readonly Endpoint[],
  create: () => Server,
  socketFiles: SocketFiles | undefined,
): Promise<Bound> {
  for (let triesLeft = TRIES_FOR_A_FREE_PORT; ; triesLeft--) {
    try {
      return await bindOnce(wanted, create, socketFiles)
    } catch (thrown) {
      if (!(thrown instanceof ListenFailure) || !isBadLuck(thrown, wanted) || triesLeft === 1) throw thrown
    }
  }
}

/** Whether the port that was taken is one nobody asked for. */
function isBadLuck(failure: ListenFailure, wanted: readonly Endpoint[]): boolean {
  const { code, endpoint } = failure
  if (code !== 'EADDRINUSE' || endpoint.path !== undefined) return false
  return !wanted.some(({ host, port }) => host === endpoint.host && port === endpoint.port)
}

async function bindOnce(
  wanted: readonly Endpoint[],
  create: () => Server,
  socketFiles: SocketFiles | undefined,
): Promise<Bound> {
  const servers: Server[] = []
  const endpoints: Endpoint[] = []
  const files: PlacedSocket[] = []
  let freePort = 0
  try {
    for (const endpoint of wanted) {
      const server = create()
      servers.push(server)
      if (endpoint.path === undefined) {
        const { host, port } = endpoint
        const real = await listen(server, { host, port: port || freePort })
        if (port === 0) freePort = real.port
        endpoints.push(real)
      } else {
        if (socketFiles === undefined) throw new ListenFailure('UNIX', endpoint)
        files.push(await socketFiles.place(endpoint, (path) => listenOnPath(server, path)))
        endpoints.push(endpoint)
      }
    }
    return { servers, endpoints, files }
  } catch (thrown) {
    await Promise.all(files.map((file) => file.remove()))
    await Promise.all(servers.map(unlisten))
    throw thrown
  }
}

function listen(server: Server, { host, port }: InetEndpoint): Promise<InetEndpoint> {
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

function listenOnPath(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Also for a server that never came to listen. */
function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
