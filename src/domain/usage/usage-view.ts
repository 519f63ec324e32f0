import { dateOf } from './usage-days.js'
import type { GroupedLatency, GroupedTool, GroupedUsage, Latency } from './usage-query.js'
import { NO_USAGE, type UsageSum, usageTogether } from './usage-sum.js'

/* How clients are shown what calls took, protocol v3. */

export interface UsageTotals {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly totalTokens: number
  readonly totalCost: number
  readonly inputCost: number
  readonly outputCost: number
  readonly cacheReadCost: number
  readonly cacheWriteCost: number
  readonly missingCostEntries: number
}

export function totalsView(sum: UsageSum): UsageTotals {
  return {
    input: sum.input,
    output: sum.output,
    cacheRead: sum.cacheRead,
    cacheWrite: sum.cacheWrite,
    totalTokens: sum.total,
    totalCost: sum.totalCost,
    inputCost: sum.inputCost,
    outputCost: sum.outputCost,
    cacheReadCost: sum.cacheReadCost,
    cacheWriteCost: sum.cacheWriteCost,
    missingCostEntries: sum.missingCosts,
  }
}

export function messagesView({ user, assistant, toolCalls, toolResults, errors }: UsageSum) {
  return { total: user + assistant, user, assistant, toolCalls, toolResults, errors }
}

/** @param tools the most wanted first, each once */
export function toolsView(tools: readonly GroupedTool[]) {
  const totalCalls = tools.reduce((sum, { count }) => sum + count, 0)
  return { totalCalls, uniqueTools: tools.length, tools: tools.map(({ name, count }) => ({ name, count })) }
}

export function latencyView({ count, avgMs, p95Ms, minMs, maxMs }: Latency): Latency {
  return { count, avgMs, p95Ms, minMs, maxMs }
}

/** Oldest first. */
export function latencyByDay(latencies: readonly GroupedLatency[]) {
  return [...latencies].sort(byDay).map((latency) => ({ date: dateOf(latency.day ?? 0), ...latencyView(latency) }))
}

/** Models with what they took, the dearest first. */
export function modelsView(groups: readonly GroupedUsage[]) {
  const sums = [...together(groups, ({ provider, model }) => `${provider}/${model}`).values()]
  return sums.sort(dearest).map(({ first: { provider, model }, sum }) => ({
    provider,
    model,
    count: sum.calls,
    totals: totalsView(sum),
  }))
}

/** Models by day, oldest first. */
export function modelsByDay(groups: readonly GroupedUsage[]) {
  const sums = [...together(groups, ({ day, provider, model }) => `${day} ${provider}/${model}`).values()]
  return sums
    .sort((one, other) => byDay(one.first, other.first) || dearest(one, other))
    .map(({ first: { day = 0, provider, model }, sum }) => ({
      date: dateOf(day),
      provider,
      model,
      tokens: sum.total,
      cost: sum.totalCost,
      count: sum.calls,
    }))
}

/** Sums by day, oldest first; days without a call are left out. */
export function sumsByDay(
  groups: readonly GroupedUsage[],
): readonly { readonly date: string; readonly sum: UsageSum }[] {
  const sums = [...together(groups, ({ day }) => String(day)).values()]
  return sums
    .sort((one, other) => byDay(one.first, other.first))
    .map(({ first, sum }) => ({ date: dateOf(first.day ?? 0), sum }))
}

/** Sums by what groups are told apart by, the dearest first. */
export function sumsBy(
  groups: readonly GroupedUsage[],
  nameOf: (group: GroupedUsage) => string | null | undefined,
): readonly { readonly name: string; readonly sum: UsageSum }[] {
  const known = groups.filter((group) => typeof nameOf(group) === 'string')
  const sums = [...together(known, (group) => nameOf(group) ?? '')]
  return sums.sort(([, one], [, other]) => dearest(one, other)).map(([name, { sum }]) => ({ name, sum }))
}

/** What several groups came to. */
export function sumOfGroups(groups: readonly UsageSum[]): UsageSum {
  return groups.reduce(usageTogether, NO_USAGE)
}

interface Together {
  readonly first: GroupedUsage
  readonly sum: UsageSum
}

function together(groups: readonly GroupedUsage[], nameOf: (group: GroupedUsage) => string): Map<string, Together> {
  const sums = new Map<string, Together>()
  for (const group of groups) {
    const name = nameOf(group)
    const { first, sum } = sums.get(name) ?? { first: group, sum: NO_USAGE }
    sums.set(name, { first, sum: usageTogether(sum, group) })
  }
  return sums
}

function byDay(one: { readonly day?: number }, other: { readonly day?: number }): number {
  return (one.day ?? 0) - (other.day ?? 0)
}

function dearest({ sum: one }: { readonly sum: UsageSum }, { sum: other }: { readonly sum: UsageSum }): number {
  return other.totalCost - one.totalCost || other.total - one.total
}
