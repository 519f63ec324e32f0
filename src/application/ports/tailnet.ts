/*
 * The private network of Tailscale on this host. Called by the process (publishing) and by the authenticator (whois).
 * May refuse: with a TailnetFailure whose message tells what to do.
 */
import { Failure } from '../../domain/failure.js'

/** Who holds an address of the tailnet. */
export interface TailnetUser {
  /** `alice@example.com`. */
  readonly login: string
  readonly name: string
}

export interface Tailnet {
  /**
   * Publishes a loopback port over HTTPS: to the tailnet (`serve`) or to everybody (`funnel`). Repeating it changes nothing.
   * Resolves with the public URL, without a slash at the end; null when the tool does not tell.
   */
  publish(mode: 'serve' | 'funnel', port: number): Promise<string | null>
  /** Undoes `publish`. */
  unpublish(mode: 'serve' | 'funnel'): Promise<void>
  /** Null when the address belongs to nobody of this tailnet. */
  whois(address: string): Promise<TailnetUser | null>
}

/** Why Tailscale cannot be used, code by code. */
export const TAILNET_FAILURES = {
  'tailscale-missing': 'the tailscale program is not installed or not found',
  'tailscale-refused': 'the tailscale program ended with an error: not logged in, no permission, feature off',
  'tailscale-timeout': 'the tailscale program did not answer in time',
} as const

export type TailnetFailureCode = keyof typeof TAILNET_FAILURES

export class TailnetFailure extends Failure {
  override readonly code: TailnetFailureCode

  constructor(code: TailnetFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'tailscale-timeout', cause })
    this.code = code
  }
}
