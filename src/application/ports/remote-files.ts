/*
 * Fetches what a message refers to by URL. Called while a request is read, with an address a stranger may have chosen.
 * Promises: only http and https; never a byte to or from an address that is not public: loopback, private, link-local,
 * shared, multicast, reserved, and what IPv6 wraps around those; judged by the address the connection really has, so
 * that no name can point elsewhere the second time; every redirect is judged anew; no credentials are sent.
 * May refuse: with a RemoteFileFailure. Must never hold more than the limit in memory.
 */
import { Failure } from '../../domain/failure.js'

export interface RemoteFileRequest {
  readonly url: string
  /** Longest content, in bytes. */
  readonly maxBytes: number
  /** Redirects that are followed; one more is a failure. */
  readonly maxRedirects: number
  /** For everything together, in milliseconds. */
  readonly timeoutMs: number
  /** Hosts that may be asked, as `example.com` or `*.example.com`; empty = all. Holds for redirects too. */
  readonly hosts: readonly string[]
  readonly signal?: AbortSignal
  /** Name that is told to the server; absent = that of the product. */
  readonly userAgent?: string
}

export interface RemoteFile {
  readonly bytes: Uint8Array
  /** What the server says it is, without parameters, in lower case; null when it says nothing. */
  readonly mimeType: string | null
  /** The last part of the path that answered; null when it has none. */
  readonly fileName: string | null
}

export interface RemoteFiles {
  fetch(request: RemoteFileRequest): Promise<RemoteFile>
}

/** Why a file was not fetched, code by code. */
export const REMOTE_FILE_FAILURES = {
  'remote-url': 'it is no http or https URL, or one with credentials in it',
  'remote-host': 'the host is not on the list of those that may be asked',
  'remote-address': 'the address is not public',
  'remote-redirects': 'too many redirects',
  'remote-size': 'it is larger than allowed',
  'remote-timeout': 'it took too long',
  'remote-status': 'the server did not answer with the file',
  'remote-unreachable': 'the server could not be reached, or the connection broke',
} as const

export type RemoteFileFailureCode = keyof typeof REMOTE_FILE_FAILURES

export class RemoteFileFailure extends Failure {
  override readonly code: RemoteFileFailureCode

  constructor(code: RemoteFileFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'remote-timeout' || code === 'remote-unreachable', cause })
    this.code = code
  }
}
