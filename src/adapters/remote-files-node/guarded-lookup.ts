import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { RemoteFileFailure } from '../../application/ports/remote-files.js'

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

/** A lookup for sockets that tells of public addresses only; a name that has none is refused. */
export function guardedLookup(resolve: Resolve, mayReach: (address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const reachable = found.filter(({ address }) => mayReach(address))
        const [first] = reachable
        if (first === undefined) {
          callback(addressRefusal(host), '', 0)
        } else if (options.all === true) {
          callback(null, [...reachable])
        } else {
          callback(null, first.address, first.family)
        }
      },
      (thrown: unknown) => callback(asError(thrown), '', 0),
    )
  }
}

/** The address itself is not told: it would be an oracle for names inside the network. */
export function addressRefusal(host: string): RemoteFileFailure {
  return new RemoteFileFailure('remote-address', `${host} is not on the public internet, and nothing else is fetched.`)
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
