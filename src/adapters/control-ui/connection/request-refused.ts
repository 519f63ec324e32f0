/** The `error` object of a response. */
export interface ErrorShape {
  readonly code: string
  readonly message: string
  readonly details?: unknown
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}

/** A request that was answered with no, or that nobody will answer any more. */
export class RequestRefused extends Error {
  /** A code of the protocol, or `DISCONNECTED` when the connection ended before the answer. */
  readonly code: string
  readonly details: unknown
  readonly retryAfterMs: number | undefined

  constructor({ code, message, details, retryAfterMs }: ErrorShape) {
    super(message)
    this.name = 'RequestRefused'
    this.code = code
    this.details = details
    this.retryAfterMs = retryAfterMs
  }
}
