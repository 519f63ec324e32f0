import type { Client } from './client.js'

/** One request being served: who asked, and how to answer before the end. */
export interface Call {
  readonly client: Client
  readonly requestId: string
  readonly method: string
  /** Sends a first response with this payload; what the handler returns becomes the second. */
  acknowledge(payload: unknown): void
}
