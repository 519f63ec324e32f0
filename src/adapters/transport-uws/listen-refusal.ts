import { createServer } from 'node:net'
import type { InetEndpoint, ListenFailureCode } from '../../application/ports/transport.js'

/**
 * The engine refuses to listen without a reason. A throw-away server asks the system for it, always after the
 * refusal: asked before, somebody else could come in between.
 * Undefined when the address is free now, because whoever had it has just left.
 */
export async function listenRefusal(
  endpoint: InetEndpoint,
): Promise<{ readonly code: ListenFailureCode; readonly cause: Error } | undefined> {
  const cause = await whyNot(endpoint)
  return cause === undefined ? undefined : { code: codeOf(cause), cause }
}

/** A port nobody listens on at this moment; somebody may be quicker. Rejects with the system's error. */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port: 0, exclusive: true }, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

export function codeOf(error: Error): ListenFailureCode {
  const code = 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
    case 'EACCES':
    case 'EADDRNOTAVAIL':
      return code
    case 'EPERM':
      return 'EACCES'
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENOTFOUND':
      return 'EADDRNOTAVAIL'
    default:
      return 'UNKNOWN'
  }
}

function whyNot(endpoint: InetEndpoint): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host: endpoint.host, port: endpoint.port, exclusive: true }, () => {
      server.close(() => resolve(undefined))
    })
  })
}
