import type { GatewayConfig } from '../config/config.js'
import type { RunRecord } from './run.js'

/** Runs of different kinds do not take each other's places. */
export type Lane = 'main' | 'subagent' | 'cron'

/** How many runs may be under way at once, by lane. */
export type LaneCaps = Readonly<Record<Lane, number>>

/** Runs that another run waits for; in its own lane they could wait for each other for ever. */
const WAITED_FOR = 'nested'

/** The lane of a run: what its caller says, else what its session key names. */
export function laneOf({ sessionKey, request }: Pick<RunRecord, 'sessionKey' | 'request'>): Lane {
  if (request.lane === 'cron' || request.lane === 'subagent') return request.lane
  if (request.lane === WAITED_FOR) return 'subagent'
  const kind = sessionKey === null ? undefined : /^agent:[^:]+:(subagent|cron):/.exec(sessionKey)?.[1]
  return kind === 'subagent' || kind === 'cron' ? kind : 'main'
}

export function laneCapsOf({ agents, cron }: Pick<GatewayConfig, 'agents' | 'cron'>): LaneCaps {
  const { maxConcurrent, subagents } = agents.defaults
  return { main: maxConcurrent, subagent: subagents.maxConcurrent, cron: cron.maxConcurrentRuns }
}
