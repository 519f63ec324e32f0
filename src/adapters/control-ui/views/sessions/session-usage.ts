/** What some calls took. Costs in US dollars. */
export interface UsageTotals {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly totalTokens: number
  readonly totalCost: number
  /** Calls of models whose price nobody knows. */
  readonly missingCostEntries: number
}

/** What `sessions.usage` tells of one session, as far as this page shows it. */
export interface SessionUsage extends UsageTotals {
  readonly messageCounts: { readonly total: number; readonly toolCalls: number; readonly errors: number }
  readonly dailyBreakdown: readonly { readonly date: string; readonly tokens: number; readonly cost: number }[]
  readonly modelUsage: readonly {
    readonly provider: string
    readonly model: string
    readonly count: number
    readonly totals: UsageTotals
  }[]
}

export interface UsageAnswer {
  readonly sessions: readonly { readonly key: string; readonly usage: SessionUsage }[]
}
