/**
 * The base of every error that one part of the gateway tells another.
 * A failure has a stable code, a sentence for people, and advice whether trying again can help.
 */
export class Failure extends Error {
  readonly code: string
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** How long to wait before trying again, in milliseconds, where the refusing side said so. */
  readonly retryAfterMs: number | undefined
  /** Structured facts for programs; never secrets. */
  readonly details: unknown

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number | undefined; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
    this.details = options.details
  }
}

/** The sentence of anything that was thrown, for logs and replies. Never empty; never throws itself. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name || 'unknown error'
  if (typeof thrown === 'object' && thrown !== null) return 'unknown error'
  return String(thrown) || 'unknown error'
}
