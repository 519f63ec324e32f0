import { Failure } from '../failure.js'

/** Codes of `error.code` in protocol v3, and what they tell a client. */
export const ERROR_CODES = {
  INVALID_REQUEST: 'the request cannot be accepted as it is; sending it again changes nothing',
  UNAVAILABLE: 'the request was right and could not be served; retryable and retryAfterMs tell whether to try again',
  NOT_PAIRED: 'the connection needs a device, or its device is not known yet',
  NOT_LINKED: 'the channel is not linked to an account; reserved',
  AGENT_TIMEOUT: 'the agent took too long; reserved',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** The `error` object of a response; no other keys, absent ones left out. */
export interface ErrorShape {
  readonly code: string
  readonly message: string
  readonly details?: unknown
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}

/** A request that is answered with `ok:false`. */
export class Refusal extends Failure {
  override readonly code: ErrorCode
  /** Payload beside the error, where a method promises one. */
  readonly payload: unknown

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      details?: unknown
      retryable?: boolean
      retryAfterMs?: number | undefined
      payload?: unknown
      cause?: unknown
    } = {},
  ) {
    super(code, message, options)
    this.code = code
    this.payload = options.payload
  }
}

/** The caller sent something we cannot accept. */
export function invalidRequest(message: string, details?: unknown): Refusal {
  return new Refusal('INVALID_REQUEST', message, details === undefined ? {} : { details })
}

/** The request was right; it cannot be served now. */
export function unavailable(
  message: string,
  options: { retryable?: boolean; retryAfterMs?: number; payload?: unknown; details?: unknown; cause?: unknown } = {},
): Refusal {
  return new Refusal('UNAVAILABLE', message, options)
}

/** The error object that tells a client of a failure. */
export function errorShape(failure: Failure): ErrorShape {
  return {
    code: failure instanceof Refusal ? failure.code : 'UNAVAILABLE',
    message: failure.message,
    ...(failure.details === undefined ? {} : { details: failure.details }),
    ...(failure.retryable ? { retryable: true } : {}),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
  }
}
