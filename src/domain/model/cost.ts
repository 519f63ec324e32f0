import type { TokenUsage } from '../session/transcript.js'

/** Dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** What tokens cost, in dollars. */
export interface RunCost {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly total: number
}

/** Tokens a price is given for. */
const PER = 1_000_000

/** Null: the price is not known. Tokens from and for the cache are part of the input and are paid at their own price. */
export function costOf(usage: TokenUsage, price: ModelPrice | undefined): RunCost | null {
  if (price === undefined) return null
  const { cacheRead: readTokens = 0, cacheWrite: writeTokens = 0 } = usage
  const input = (Math.max(0, usage.input - readTokens - writeTokens) * price.input) / PER
  const output = (usage.output * price.output) / PER
  const cacheRead = (readTokens * price.cacheRead) / PER
  const cacheWrite = (writeTokens * price.cacheWrite) / PER
  return { input, output, cacheRead, cacheWrite, total: input + output + cacheRead + cacheWrite }
}
