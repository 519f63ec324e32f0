import type { MemoryConnection } from './memory-connection.js'

/** Who joined which topic on one listener. */
export class MemoryTopics {
  readonly #members = new Map<string, Set<MemoryConnection>>()

  join(topic: string, connection: MemoryConnection): void {
    const members = this.#members.get(topic)
    if (members) members.add(connection)
    else this.#members.set(topic, new Set([connection]))
  }

  leave(topic: string, connection: MemoryConnection): void {
    const members = this.#members.get(topic)
    if (members?.delete(connection) && members.size === 0) this.#members.delete(topic)
  }

  leaveAll(connection: MemoryConnection): void {
    for (const topic of this.#members.keys()) this.leave(topic, connection)
  }

  members(topic: string): Iterable<MemoryConnection> {
    return this.#members.get(topic) ?? []
  }
}
