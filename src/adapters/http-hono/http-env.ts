import type { Peer } from '../../application/ports/transport.js'

/** What every endpoint finds in its context besides the request. */
export interface HttpEnv {
  Bindings: { readonly peer: Peer }
  Variables: {
    /** Names this request in answers and logs. */
    requestId: string
    /** Which endpoint answers, where the pattern of its route does not say. */
    route?: string
  }
}
