import { isIP } from 'node:net'
import { type Endpoint, ListenFailure } from '../../application/ports/transport.js'
import { codeOf, freePort, listenRefusal } from './listen-refusal.js'
import type { ListenToken, NativeApp, NativeEngine } from './uws-native.js'

/** How often a free port is looked for before giving up; each try can be lost to somebody quicker. */
const FREE_PORT_TRIES = 20

/**
 * Makes the app listen on all endpoints, exclusively, and tells the real ports. Rejects with ListenFailure; the app
 * may then still hold some of them and must be closed.
 */
export async function listenEverywhere(
  native: NativeEngine,
  app: NativeApp,
  at: readonly Endpoint[],
): Promise<readonly Endpoint[]> {
  for (const endpoint of at) checkEndpoint(endpoint)
  const asksForPort = at.find((endpoint) => endpoint.port === 0)
  for (const endpoint of at) {
    if (endpoint.port !== 0) await listenOn(native, app, endpoint)
  }
  if (asksForPort === undefined) return at
  const hosts = at.filter((endpoint) => endpoint.port === 0).map((endpoint) => endpoint.host)
  const port = await listenOnSharedPort(native, app, hosts, asksForPort)
  return at.map((endpoint) => (endpoint.port === 0 ? { host: endpoint.host, port } : endpoint))
}

function checkEndpoint(endpoint: Endpoint): void {
  if (isIP(endpoint.host) === 0) {
    throw new ListenFailure('EADDRNOTAVAIL', endpoint, new Error(`${endpoint.host} is not an IP address`))
  }
  // The engine would take 70000 for 4464.
  if (!Number.isInteger(endpoint.port) || endpoint.port < 0 || endpoint.port > 65_535) {
    throw new ListenFailure('UNKNOWN', endpoint, new RangeError(`${endpoint.port} is not a port`))
  }
}

async function listenOn(native: NativeEngine, app: NativeApp, endpoint: Endpoint): Promise<void> {
  if (tryListen(native, app, endpoint) !== undefined) return
  const refusal = await listenRefusal(endpoint)
  if (refusal !== undefined) throw new ListenFailure(refusal.code, endpoint, refusal.cause)
  if (tryListen(native, app, endpoint) === undefined) throw new ListenFailure('UNKNOWN', endpoint)
}

/**
 * The free port is chosen before the engine listens: asked for port 0 itself, it leaves out SO_REUSEADDR and nobody
 * could listen on that number again while old connections linger.
 */
async function listenOnSharedPort(
  native: NativeEngine,
  app: NativeApp,
  hosts: readonly string[],
  asked: Endpoint,
): Promise<number> {
  for (let attempt = 0; attempt < FREE_PORT_TRIES; attempt++) {
    const port = await freePortOrFailure(asked)
    const tokens: ListenToken[] = []
    for (const host of hosts) {
      const token = tryListen(native, app, { host, port })
      if (token !== undefined) tokens.push(token)
      else {
        const refusal = await listenRefusal({ host, port })
        if (refusal !== undefined && refusal.code !== 'EADDRINUSE') {
          throw new ListenFailure(refusal.code, { host, port: 0 }, refusal.cause)
        }
        break
      }
    }
    if (tokens.length === hosts.length) return port
    for (const token of tokens) native.us_listen_socket_close(token)
  }
  throw new ListenFailure('EADDRINUSE', asked)
}

async function freePortOrFailure(asked: Endpoint): Promise<number> {
  try {
    return await freePort(asked.host)
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
    throw new ListenFailure(codeOf(cause), asked, cause)
  }
}

function tryListen(native: NativeEngine, app: NativeApp, endpoint: Endpoint): ListenToken | undefined {
  const given: (ListenToken | false)[] = []
  app.listen(endpoint.host, endpoint.port, native.LIBUS_LISTEN_EXCLUSIVE_PORT, (token) => given.push(token))
  return given[0] || undefined
}
