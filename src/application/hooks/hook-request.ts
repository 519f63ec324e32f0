import type { WakeMode } from '../../domain/hooks/hook-order.js'
import type { Peer } from '../ports/transport.js'

/** Where a webhook knocked. */
export interface HookVisit {
  readonly peer: Peer
  /** Below `hooks.path`, without slashes around it; not empty. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/** What became of a webhook. */
export type HookAnswer =
  | { readonly kind: 'woken'; readonly mode: WakeMode }
  /** The run survives a crash. */
  | { readonly kind: 'accepted'; readonly runId: string }
  /** A transform said that there is nothing to do. */
  | { readonly kind: 'skipped' }
  /** It cannot be taken as it is; the error is for whoever sent it. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Nothing is mapped to this path. */
  | { readonly kind: 'unmapped' }
  /** A fault of the operator's mapping, which the log tells about. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'locked-out'; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly error: string; readonly retryAfterMs?: number }

/** What a webhook showed at the door. `signature`: the token is not needed when the signature is right. */
export type HookVerdict =
  | { readonly kind: 'admitted'; readonly by: 'token' | 'signature' }
  | Extract<HookAnswer, { readonly kind: 'unauthorized' | 'locked-out' }>
