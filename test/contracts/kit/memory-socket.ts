import { EventEmitter } from 'node:events'
import type { ClientSocket } from '../../../src/adapters/client-ws/client-world.js'
import type { MemoryClient } from '../../../src/adapters/transport-memory/memory-client.js'
import { MemoryRefusal } from '../../../src/adapters/transport-memory/memory-refusal.js'

const STATES = { connecting: 0, open: 1, closing: 2, closed: 3 } as const

/** The client's end of a memory connection with the events of a `ws` socket. */
export function memorySocket(opening: Promise<MemoryClient>): ClientSocket {
  return new MemorySocket(opening) as unknown as ClientSocket
}

class MemorySocket extends EventEmitter {
  readyState: number = STATES.connecting
  #client: MemoryClient | undefined

  constructor(opening: Promise<MemoryClient>) {
    super()
    opening.then(
      (client) => this.#opened(client),
      (thrown: unknown) => this.#refused(thrown),
    )
  }

  send(text: string): void {
    this.#client?.send(text)
  }

  close(code?: number, reason?: string): void {
    if (this.readyState >= STATES.closing) return
    this.readyState = STATES.closing
    this.#client?.close(code, reason)
  }

  terminate(): void {
    if (this.readyState === STATES.closed) return
    this.readyState = STATES.closing
    this.#client?.terminate()
  }

  #opened(client: MemoryClient): void {
    this.#client = client
    if (this.readyState !== STATES.connecting) {
      client.terminate()
      return
    }
    this.readyState = STATES.open
    this.emit('open')
    this.#listen(client)
  }

  #refused(thrown: unknown): void {
    this.readyState = STATES.closed
    if (!(thrown instanceof MemoryRefusal)) {
      this.emit('error', thrown)
      return
    }
    const { status, headers } = thrown.response
    const request = { destroy: () => thrown.response.body?.cancel() }
    this.emit('unexpected-response', request, { statusCode: status, headers: Object.fromEntries(headers) })
  }

  /** Hands on what arrives, and at its end how it ended. */
  async #listen(client: MemoryClient): Promise<void> {
    for (;;) {
      const message = await client.next().catch(() => null)
      if (message === null) break
      this.emit('message', Buffer.from(message), typeof message !== 'string')
    }
    const { code, reason } = await client.closed
    this.readyState = STATES.closed
    this.emit('close', code, Buffer.from(reason))
  }
}
