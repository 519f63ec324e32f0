import type { TokenUsage } from '../session/transcript.js'
import type { UsageTokens } from './usage-record.js'

/** What a provider counted, told apart by price: tokens from and for the cache are part of the input it names. */
export function tokensByPrice({ input, output, total, cacheRead = 0, cacheWrite = 0 }: TokenUsage): UsageTokens {
  return { input: Math.max(0, input - cacheRead - cacheWrite), output, cacheRead, cacheWrite, total }
}
