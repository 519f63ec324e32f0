import type { GatewayConfig } from '../config/config.js'
import { durationMs } from '../config/duration.js'
import { normalizeAgentId } from '../session/session-key.js'

const EVERY = '30m'
const ACK_MAX_CHARS = 300

/** The hours of the day in which there are heartbeats. */
export interface ActiveHours {
  /** `HH:MM`. */
  readonly start?: string | undefined
  /** `HH:MM`; not later than `start` = of the next day. */
  readonly end?: string | undefined
  /** IANA name; null = that of the host. */
  readonly zone: string | null
}

/** How the heartbeats of one agent are, with everything inherited. */
export interface HeartbeatSettings {
  /** 0 = none by the clock. */
  readonly everyMs: number
  /** As it was written. */
  readonly every: string
  readonly activeHours: ActiveHours | null
  /** `last`, `none`, or a kind of channel. */
  readonly target: string
  readonly to: string | null
  readonly accountId: string | null
  /** As it was written; null = the main session. */
  readonly session: string | null
  readonly model: string | null
  /** Null = the built-in text. */
  readonly prompt: string | null
  readonly ackMaxChars: number
}

/**
 * The settings of an agent over the defaults. Where an agent has settings of its own, only such agents have heartbeats by
 * the clock; else only the default agent.
 */
export function heartbeatSettingsOf(config: GatewayConfig, agentId: string, defaultAgentId: string): HeartbeatSettings {
  const { defaults, list = [] } = config.agents
  const own = list.find(({ id }) => normalizeAgentId(id) === agentId)?.heartbeat
  const isAnybodyNamed = list.some(({ heartbeat }) => heartbeat !== undefined)
  const isMeant = isAnybodyNamed ? own !== undefined : agentId === defaultAgentId
  const {
    every = EVERY,
    activeHours,
    target,
    to,
    accountId,
    session,
    model,
    prompt,
    ackMaxChars,
  } = merged(defaults.heartbeat, own ?? {})
  const everyMs = isMeant ? durationMs(every, 'm') : 0
  return {
    everyMs,
    every: everyMs === 0 ? 'off' : typeof every === 'number' ? `${every}m` : every,
    activeHours: activeHours === undefined ? null : hoursOf(activeHours, defaults.userTimezone),
    target: target ?? 'last',
    to: to === undefined ? null : String(to),
    accountId: accountId ?? null,
    session: session ?? null,
    model: model ?? null,
    prompt: prompt ?? null,
    ackMaxChars: ackMaxChars ?? ACK_MAX_CHARS,
  }
}

type Written = GatewayConfig['agents']['defaults']['heartbeat']

function merged(general: Written, own: Written): Written {
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...general, ...(Object.fromEntries(given) as Written) }
}

function hoursOf(
  { start, end, timezone = 'user' }: NonNullable<Written['activeHours']>,
  userZone: string | undefined,
): ActiveHours {
  const zone = timezone === 'user' ? (userZone ?? null) : timezone === 'local' ? null : timezone
  return { start, end, zone }
}
