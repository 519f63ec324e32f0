import type { ErrorShape } from './request-refused.js'

/** How the page stands with its gateway. */
export type ConnectionState =
  /** Nobody asked for a connection yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Lost or unreachable; the next attempt is made by itself at `retryAt` (Unix ms). */
  | { readonly kind: 'waiting'; readonly reason: string; readonly retryAt: number }
  /** The gateway said no in a way that only a person can change. */
  | { readonly kind: 'refused'; readonly error: ErrorShape }
