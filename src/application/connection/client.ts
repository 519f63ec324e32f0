import type { Proof } from '../../domain/access/proof.js'
import type { Role } from '../../domain/access/scopes.js'
import type { Audience } from '../../domain/audience.js'
import type { ConnectParams } from '../../domain/protocol/connect-params.js'
import type { Connection } from '../ports/transport.js'

/** Who is at the other end of a connection once `connect` was accepted. */
export interface ClientIdentity {
  readonly connId: string
  readonly role: Role
  readonly scopes: ReadonlySet<string>
  /** As the client listed them. */
  readonly requestedScopes: readonly string[]
  readonly client: ConnectParams['client']
  readonly caps: ReadonlySet<string>
  /** What a node can do, as it said. */
  readonly abilities?: Pick<ConnectParams, 'commands' | 'permissions' | 'pathEnv'>
  /** Proven by a signature; absent when the client sent none. */
  readonly deviceId?: string
  /** Network address; absent for clients on this machine. */
  readonly remoteIp?: string
  readonly audience: Audience
  /** What let it in. A connection ends with it. */
  readonly proof: Proof
  /** Its device is known by pairing, and was asked about. */
  readonly isPaired: boolean
  readonly connectedAt: number
}

/** One accepted client: its identity and the wire to it. */
export class Client {
  readonly identity: ClientIdentity
  /** Unix milliseconds of its last message. */
  lastActiveAt: number
  readonly #connection: Connection

  constructor(identity: ClientIdentity, connection: Connection) {
    this.identity = identity
    this.lastActiveAt = identity.connectedAt
    this.#connection = connection
  }

  get connection(): Connection {
    return this.#connection
  }

  /** Sends text that was assembled by domain/protocol/frames. */
  send(text: string): void {
    this.#connection.send(text)
  }
}
