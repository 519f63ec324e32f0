import { type Endpoint, formatEndpoint, type InetEndpoint } from '../application/ports/transport.js'
import { isLoopbackAddress } from '../application/start/loopback-address.js'

/**
 * One socket on `::` takes IPv4 as well, and no engine can hold `0.0.0.0` beside it: where both are asked for, `::` alone
 * is listened on.
 */
export function socketsFor(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const hasBoth = ['0.0.0.0', '::'].every((host) => endpoints.some((endpoint) => endpoint.host === host))
  return hasBoth ? endpoints.filter((endpoint) => endpoint.host !== '0.0.0.0') : endpoints
}

/** The addresses a gateway answers on, those of this machine first. A wildcard answers on loopback, too. */
export function listenUrls(endpoints: readonly Endpoint[], isEncrypted: boolean): readonly string[] {
  const scheme = isEncrypted ? 'wss' : 'ws'
  const shown = endpoints.filter(isInet).flatMap(({ host, port }): readonly InetEndpoint[] => {
    if (host === '0.0.0.0')
      return [
        { host: '127.0.0.1', port },
        { host, port },
      ]
    if (host !== '::') return [{ host, port }]
    return ['127.0.0.1', '::1', '0.0.0.0', '::'].map((address) => ({ host: address, port }))
  })
  const [near, far] = [shown.filter(isNear), shown.filter((endpoint) => !isNear(endpoint))]
  const files = endpoints.flatMap(({ path }) => (path === undefined ? [] : [`${scheme}+unix:${path}`]))
  return [...new Set([...[...near, ...far].map((endpoint) => `${scheme}://${formatEndpoint(endpoint)}`), ...files])]
}

function isInet(endpoint: Endpoint): endpoint is InetEndpoint {
  return endpoint.path === undefined
}

function isNear({ host }: InetEndpoint): boolean {
  return isLoopbackAddress(host)
}
