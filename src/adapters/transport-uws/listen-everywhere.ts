import { isIP } from 'node:net'
import type { PlacedSocket, SocketFiles } from '../../application/ports/socket-files.js'
import { type Endpoint, type InetEndpoint, ListenFailure } from '../../application/ports/transport.js'
import { codeOf, freePort, listenRefusal } from './listen-refusal.js'
import type { ListenToken, NativeApp, NativeEngine } from './uws-native.js'

/** How often a free port is looked for before giving up; each try can be lost to somebody quicker. */
const FREE_PORT_TRIES = 20

/** Where the app listens. */
export interface Listening {
  readonly endpoints: readonly Endpoint[]
  /** To be removed before the app is closed. */
  readonly files: readonly PlacedSocket[]
}

/**
 * Makes the app listen on all endpoints, exclusively, and tells the real ports. Rejects with ListenFailure; the app
 * may then still hold some of them and must be closed.
 */
export async function listenEverywhere(
  native: NativeEngine,
  app: NativeApp,
  at: readonly Endpoint[],
  socketFiles: SocketFiles | undefined,
): Promise<Listening> {
  const inet = at.filter(isInet)
  for (const endpoint of inet) checkEndpoint(endpoint)
  const asking = inet.filter((endpoint) => endpoint.port === 0)
  for (const endpoint of inet) {
    if (endpoint.port !== 0) await listenOn(native, app, endpoint)
  }
  const hosts = asking.map((endpoint) => endpoint.host)
  const port = asking[0] === undefined ? 0 : await listenOnSharedPort(native, app, hosts, asking[0])
  // Last, since what is refused above then leaves no files behind.
  const files = await placeFiles(app, at, socketFiles)
  const endpoints = at.map((endpoint) => (endpoint.port === 0 ? { host: endpoint.host, port } : endpoint))
  return { endpoints, files }
}

async function placeFiles(
  app: NativeApp,
  at: readonly Endpoint[],
  socketFiles: SocketFiles | undefined,
): Promise<PlacedSocket[]> {
  const files: PlacedSocket[] = []
  try {
    for (const endpoint of at) {
      if (endpoint.path === undefined) continue
      if (app.listen_unix === undefined || socketFiles === undefined) throw new ListenFailure('UNIX', endpoint)
      files.push(await socketFiles.place(endpoint, (path) => listenOnPath(app, path)))
    }
    return files
  } catch (thrown) {
    await Promise.all(files.map((file) => file.remove()))
    throw thrown
  }
}

async function listenOnPath(app: NativeApp, path: string): Promise<void> {
  const given: (ListenToken | false)[] = []
  app.listen_unix?.((token) => given.push(token), path)
  if (!given[0]) throw new Error('the engine refused without a reason')
}

function isInet(endpoint: Endpoint): endpoint is InetEndpoint {
  return endpoint.path === undefined
}

function checkEndpoint(endpoint: InetEndpoint): void {
  if (isIP(endpoint.host) === 0) {
    throw new ListenFailure('EADDRNOTAVAIL', endpoint, new Error(`${endpoint.host} is not an IP address`))
  }
  // The engine would take 70000 for 4464.
  if (!Number.isInteger(endpoint.port) || endpoint.port < 0 || endpoint.port > 65_535) {
    throw new ListenFailure('UNKNOWN', endpoint, new RangeError(`${endpoint.port} is not a port`))
  }
}

async function listenOn(native: NativeEngine, app: NativeApp, endpoint: InetEndpoint): Promise<void> {
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
  asked: InetEndpoint,
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

async function freePortOrFailure(asked: InetEndpoint): Promise<number> {
  try {
    return await freePort(asked.host)
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
    throw new ListenFailure(codeOf(cause), asked, cause)
  }
}

function tryListen(native: NativeEngine, app: NativeApp, endpoint: InetEndpoint): ListenToken | undefined {
  const given: (ListenToken | false)[] = []
  app.listen(endpoint.host, endpoint.port, native.LIBUS_LISTEN_EXCLUSIVE_PORT, (token) => given.push(token))
  return given[0] || undefined
}
