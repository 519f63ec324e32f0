import type { UsageSum } from '../../domain/usage/usage-sum.js'

/** What calls cost, for people: `$0.0123`, `at least $1.20` where some are not known, `unknown` where all are. */
export function spentWords(sum: UsageSum | undefined): string {
  if (sum === undefined || sum.calls === 0) return dollars(0)
  if (sum.missingCosts === sum.calls) return 'unknown'
  return sum.missingCosts > 0 ? `at least ${dollars(sum.totalCost)}` : dollars(sum.totalCost)
}

/** Cents, and more digits of what is less than a dime. */
function dollars(amount: number): string {
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`
}
