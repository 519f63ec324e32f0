import type { GatewayConnection } from '../../connection/gateway-connection.js'

interface Spent {
  readonly tokens: number
  /** US dollars. */
  readonly cost: number
}

/** What models took. */
export interface Spending {
  readonly today: Spent
  readonly month: Spent
}

interface Totals {
  readonly totalTokens: number
  readonly totalCost: number
}

interface CostAnswer {
  readonly updatedAt: number
  readonly daily: readonly (Totals & { readonly date: string })[]
  readonly totals: Totals
}

/** What models took today, by the clock of the gateway, and in 30 days. */
export async function loadSpending(connection: GatewayConnection): Promise<Spending> {
  const [today, month] = await Promise.all(
    [1, 30].map((days) => connection.request<CostAnswer>('usage.cost', { days, mode: 'gateway' })),
  )
  return { today: spent(today), month: spent(month) }
}

function spent(answer: CostAnswer | undefined): Spent {
  return { tokens: answer?.totals.totalTokens ?? 0, cost: answer?.totals.totalCost ?? 0 }
}
