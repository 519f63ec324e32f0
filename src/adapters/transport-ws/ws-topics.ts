import type { WsConnection } from './ws-connection.js'

/** Who joined which topic on one listener. */
export class WsTopics {
  readonly #members = new Map<string, Set<WsConnection>>()

  join(topic: string, connection: WsConnection): void {
    const members = this.#members.get(topic)
    if (members) members.add(connection)
    else this.#members.set(topic, new Set([connection]))
  }

  leave(topic: string, connection: WsConnection): void {
    const members = this.#members.get(topic)
    if (members?.delete(connection) && members.size === 0) this.#members.delete(topic)
  }

  members(topic: string): ReadonlySet<WsConnection> | undefined {
    return this.#members.get(topic)
  }
}
