import type { Peer } from '../../application/ports/transport.js'

/** What every endpoint finds in its context besides the request. */
export interface HttpEnv {
  Bindings: { readonly peer: Peer }
}
