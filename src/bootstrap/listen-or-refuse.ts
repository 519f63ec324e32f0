import {
  type Endpoint,
  formatEndpoint,
  type Listener,
  ListenFailure,
  type Transport,
} from '../application/ports/transport.js'
import { socketsFor } from './listen-urls.js'
import { EXIT, StartStopped } from './start-stopped.js'

/**
 * Listens, or says why not in words an operator can act on.
 * @throws StartStopped
 */
export async function listenOrRefuse(transport: Transport, endpoints: readonly Endpoint[]): Promise<Listener> {
  try {
    return await transport.listen(socketsFor(endpoints))
  } catch (thrown) {
    throw thrown instanceof ListenFailure ? refusalOf(thrown) : thrown
  }
}

function refusalOf(failure: ListenFailure): StartStopped {
  const { code, endpoint } = failure
  switch (code) {
    case 'EACCES':
      return new StartStopped(EXIT.configuration, [
        `EACCES: port ${endpoint.port} needs privileges`,
        'fix: use a --port above 1023',
      ])
    case 'EADDRINUSE':
      return new StartStopped(EXIT.failed, [
        `EADDRINUSE: ${formatEndpoint(endpoint)} is taken; another gateway instance is already listening, or another program`,
        'fix: another --port, or --force',
      ])
    case 'TLS':
      return new StartStopped(EXIT.configuration, [
        `${failure.message}: this network engine cannot use what gateway.tls says`,
        'fix: look at the files of gateway.tls, or set MAYROS_ENGINE=ws',
      ])
    default:
      return new StartStopped(EXIT.failed, [failure.message, 'fix: use an address of this host, or --bind loopback'])
  }
}
