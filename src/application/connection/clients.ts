import { AUDIENCES, type Audience } from '../../domain/audience.js'
import type { Connection } from '../ports/transport.js'
import type { Client } from './client.js'

/** Every accepted client of this instance. */
export class Clients {
  readonly #byConnection = new Map<Connection, Client>()
  readonly #audienceSizes = new Array<number>(AUDIENCES).fill(0)

  add(client: Client): void {
    this.#byConnection.set(client.connection, client)
    this.#audienceSizes[client.identity.audience] = this.sizeOf(client.identity.audience) + 1
  }

  /** Forgets the client of a connection and returns it; undefined when it never was accepted. */
  remove(connection: Connection): Client | undefined {
    const client = this.#byConnection.get(connection)
    if (client === undefined) return undefined
    this.#byConnection.delete(connection)
    this.#audienceSizes[client.identity.audience] = this.sizeOf(client.identity.audience) - 1
    return client
  }

  has(client: Client): boolean {
    return this.#byConnection.get(client.connection) === client
  }

  get size(): number {
    return this.#byConnection.size
  }

  /** How many clients make up an audience. */
  sizeOf(audience: Audience): number {
    return this.#audienceSizes[audience] ?? 0
  }

  [Symbol.iterator](): IterableIterator<Client> {
    return this.#byConnection.values()
  }
}
