/*
 * Judges requests before anything behind them is done: under which name they came, from which page, with which secret.
 * Called by the HTTP endpoints, in that order; implemented by the application, which also records what it refuses.
 * Promises: a judgement never changes the request; the secret is compared in constant time and appears in no message.
 * May refuse: everything; a throw counts as a refusal. Must never let in what it could not judge.
 */
import type { Peer } from '../ports/transport.js'

/** Why a request goes no further. */
export interface Refused {
  /** For programs and the audit trail: `unknown_host`, `origin_not_allowed`. */
  readonly reason: string
  /** For whoever sent it, with the setting that would change the judgement; no secret. */
  readonly message: string
}

/** How a request proved itself. `none`: this gateway asks for nothing. */
export type HttpProof = 'token' | 'password' | 'trusted-proxy' | 'none'

export type HttpVerdict =
  /** `user`: whom a trusted proxy vouches for. */
  | { readonly kind: 'admitted'; readonly by: HttpProof; readonly user?: string }
  /** `reason` as in the refusal of a `connect`: `token_missing`; never told over HTTP. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'locked-out'; readonly retryAfterMs: number }

export interface FrontDoor {
  /** Whether the Host header is a name of this gateway (DNS rebinding); null = come in. */
  judgeHost(peer: Peer): Refused | null
  /** Whether the page in the Origin header may change something here; null = it may, or there is no such header. */
  judgeOrigin(peer: Peer): Refused | null
  /**
   * Whether the page in the Origin header may read answers: as `judgeOrigin`, for what changes nothing and goes into no
   * record. False when there is no such header.
   */
  allowsOrigin(peer: Peer): boolean
  /** Whether somebody on this machine asks, under a name of this machine, with no proxy and no foreign page between. */
  isLocal(peer: Peer): boolean
  /**
   * Whether the API may be used.
   * @param bearer the text behind `Bearer ` in the Authorization header, null when there is none. A header that was
   * sent twice arrives as one text, `a, Bearer b`, and must match as a whole.
   */
  authenticate(peer: Peer, bearer: string | null): HttpVerdict | Promise<HttpVerdict>
}
