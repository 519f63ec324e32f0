import type { GatewayConfig } from '../config/config.js'

/** Context window of a model that nobody knows more about, in tokens. */
export const DEFAULT_WINDOW_TOKENS = 200_000

/** Recent messages that stay as they are when nobody says how many, in tokens. */
const KEEP_RECENT_TOKENS = 20_000

/** However much is to be kept free, this share of the window is there for the conversation. */
const SMALLEST_SHARE = 0.5

/** `agents.defaults.compaction`. */
export type CompactionSettings = Pick<
  GatewayConfig['agents']['defaults']['compaction'],
  'mode' | 'reserveTokensFloor' | 'reserveTokens' | 'keepRecentTokens' | 'maxHistoryShare'
>

/** Sizes in tokens. */
export interface CompactionLimits {
  readonly window: number
  /** A request beyond this is too near the end of the window. */
  readonly limit: number
  /** Newest messages that a compaction leaves as they are. */
  readonly keepRecent: number
  /** What one request for a summary may hold of the conversation. */
  readonly chunk: number
  /** Longest summary. */
  readonly summary: number
}

/**
 * The sizes that follow from settings and window. A window smaller than twice the reserve would leave no room for a
 * conversation; there half of it is.
 * @param modelWindow of the model; undefined = unknown
 * @param cap `agents.defaults.contextTokens`
 */
export function compactionLimits(
  settings: CompactionSettings,
  modelWindow: number | undefined,
  cap: number | undefined,
): CompactionLimits {
  const window = Math.min(modelWindow ?? DEFAULT_WINDOW_TOKENS, cap ?? Number.POSITIVE_INFINITY)
  const reserve = Math.max(settings.reserveTokensFloor, settings.reserveTokens ?? 0)
  const limit = Math.floor(Math.max(window - reserve, window * SMALLEST_SHARE))
  const share = Math.floor(Math.min(window * settings.maxHistoryShare, limit / 2))
  return {
    window,
    limit,
    keepRecent: Math.min(settings.keepRecentTokens ?? KEEP_RECENT_TOKENS, share),
    chunk: share,
    summary: Math.max(200, Math.min(4_000, Math.floor(limit / 10))),
  }
}
