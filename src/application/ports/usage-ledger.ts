/*
 * What calls of models took, added up. Asked by views of usage and cost; written by commits of the session store.
 * Promises: answers see every commit that resolved before they were asked for; adding up does not hold up commits and
 * other reads, however many calls there are; a call stays until it is forgotten, also when its session is deleted.
 */
import type {
  GroupedLatency,
  GroupedTool,
  GroupedUsage,
  UsageDimension,
  UsagePoint,
  UsageQuery,
} from '../../domain/usage/usage-query.js'

export interface UsageLedger {
  /**
   * One sum for each group that has a call, the one with the newest call first. No dimension = one group, or none where
   * there is no call. Calls that belong to no session are left out where sessions are told apart.
   */
  usage(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedUsage[]>
  /** Tools that were asked for in each group, the most wanted first, then by name. */
  toolUses(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedTool[]>
  /** How long answers took in each group that has one whose time is known; in no order. */
  latencies(query: UsageQuery, by: readonly UsageDimension[]): Promise<readonly GroupedLatency[]>
  /** Answered calls in the order of their ends, neighbours added up so that there are at most `most` points. */
  usagePoints(query: UsageQuery, most: number): Promise<readonly UsagePoint[]>
}
