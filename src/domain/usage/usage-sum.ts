import type { MessageCounts, UsageTokens } from './usage-record.js'

/** What several calls came to. Costs are in dollars. */
export interface UsageSum extends UsageTokens, MessageCounts {
  /** Calls that were answered. */
  readonly calls: number
  readonly inputCost: number
  readonly outputCost: number
  readonly cacheReadCost: number
  readonly cacheWriteCost: number
  readonly totalCost: number
  /** Answered calls whose cost is not known; they are not part of the costs. */
  readonly missingCosts: number
}

/** The numbers of a sum, in the order in which stores list them. */
export const USAGE_NUMBERS = [
  'calls',
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'total',
  'inputCost',
  'outputCost',
  'cacheReadCost',
  'cacheWriteCost',
  'totalCost',
  'missingCosts',
  'user',
  'assistant',
  'toolCalls',
  'toolResults',
  'errors',
] as const satisfies readonly (keyof UsageSum)[]

export const NO_USAGE: UsageSum = Object.freeze(
  Object.fromEntries(USAGE_NUMBERS.map((name) => [name, 0])) as Record<keyof UsageSum, number>,
)

/** Both together. */
export function usageTogether(one: UsageSum, other: UsageSum): UsageSum {
  const sum: Record<string, number> = {}
  for (const name of USAGE_NUMBERS) sum[name] = one[name] + other[name]
  return sum as unknown as UsageSum
}
