import type { TokenUsage } from './transcript.js'

/** What two calls cost together; undefined when nobody said what either cost. */
export function usageSum(one: TokenUsage | undefined, other: TokenUsage | undefined): TokenUsage | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const cacheRead = (one.cacheRead ?? 0) + (other.cacheRead ?? 0)
  const cacheWrite = (one.cacheWrite ?? 0) + (other.cacheWrite ?? 0)
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    total: one.total + other.total,
    ...(cacheRead === 0 ? {} : { cacheRead }),
    ...(cacheWrite === 0 ? {} : { cacheWrite }),
  }
}
