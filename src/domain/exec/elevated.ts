import type { GatewayConfig } from '../config/config.js'
import type { SessionSettings } from '../session/session-entry.js'

/**
 * How commands run for those who may elevate them.
 * - `off`: as for everybody else.
 * - `on`: on this machine, wherever the session would run them otherwise; lists and questions as for everybody else.
 * - `ask`: the same, and somebody is asked about every command.
 * - `full`: on this machine, without list and question.
 */
export type ElevatedLevel = 'off' | 'on' | 'ask' | 'full'

/** Whoever wrote the message that a run answers. */
export interface ElevatedSender {
  readonly isOwner: boolean
  readonly id?: string | undefined
  /** Absent for clients of the gateway. */
  readonly channel?: string | undefined
}

type Elevated = {
  readonly enabled?: boolean | undefined
  readonly allowFrom?: Readonly<Record<string, Entries>> | undefined
}
type Entries = readonly (string | number)[]

/**
 * Whether a sender may run commands with elevated rights: `tools.elevated` names them for their channel, and so does the
 * agent where it has a list. Clients of the gateway have no entry in either: owners may.
 */
export function mayElevate(config: GatewayConfig, agentId: string, { channel, id, isOwner }: ElevatedSender): boolean {
  const own = config.agents.list?.find((agent) => agent.id.toLowerCase() === agentId.toLowerCase())?.tools?.elevated
  const rules: readonly Elevated[] = [config.tools.elevated, own ?? {}]
  if (rules.some(({ enabled }) => enabled === false)) return false
  if (channel === undefined) return isOwner
  const isListed = (entries: Entries) =>
    entries.some((entry) => entry === '*' || (id !== undefined && String(entry) === id))
  return rules.every(
    ({ allowFrom }, place) => (place > 0 && allowFrom === undefined) || isListed(listOf(allowFrom, channel)),
  )
}

/** The level that counts for a run: what its session says, else the configured one; `off` where the sender may not. */
export function elevatedLevel(
  config: GatewayConfig,
  agentId: string,
  session: Pick<SessionSettings, 'elevatedLevel'> | null,
  sender: ElevatedSender,
): ElevatedLevel {
  if (!mayElevate(config, agentId, sender)) return 'off'
  return LEVELS.find((level) => level === session?.elevatedLevel) ?? config.agents.defaults.elevatedDefault
}

const LEVELS: readonly ElevatedLevel[] = ['off', 'on', 'ask', 'full']

function listOf(lists: Elevated['allowFrom'], channel: string): Entries {
  return lists !== undefined && Object.hasOwn(lists, channel) ? (lists[channel] ?? []) : []
}
