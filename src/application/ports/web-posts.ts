/*
 * JSON sent to an address that the operator named. Called when a job is to tell a web server of its result.
 * Promises: one POST, no redirect is followed, and nothing is read of the answer but its status.
 * May refuse: with a WebPostFailure, whose text names neither the token nor what stands behind the path.
 */
import { Failure } from '../../domain/failure.js'

export interface WebPost {
  /** http or https. */
  readonly url: string
  /** Sent as JSON. */
  readonly body: string
  /** Sent as bearer token. */
  readonly token?: string
}

export interface WebPosts {
  /** Resolves when the server has taken it (any status from 200 to 299). */
  post(message: WebPost, signal: AbortSignal): Promise<void>
}

/** Why something was not taken, code by code. */
export const WEB_POST_FAILURES = {
  'web-post-refused': 'the server answered that it does not take it',
  'web-post-unreachable': 'there was no answer: no such host, no connection, or too late',
} as const

export type WebPostFailureCode = keyof typeof WEB_POST_FAILURES

export class WebPostFailure extends Failure {
  override readonly code: WebPostFailureCode

  constructor(code: WebPostFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'web-post-unreachable', cause })
    this.code = code
  }
}
