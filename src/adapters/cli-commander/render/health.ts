import { plural, roughly, table } from './words.js'

/** The health snapshot, as far as it is shown. */
export interface HealthSnapshot {
  readonly ok: boolean
  readonly ts: number
  readonly durationMs?: number
  readonly channels?: Readonly<Record<string, ChannelHealth>>
  readonly channelOrder?: readonly string[]
  readonly channelLabels?: Readonly<Record<string, string>>
  readonly heartbeatSeconds?: number
  readonly defaultAgentId?: string
  readonly agents?: readonly AgentHealth[]
  readonly sessions?: { readonly count: number }
  readonly config?: ConfigInForce
}

/** How the file on disk and the running configuration stand to each other, as the gateway tells it. */
export interface ConfigInForce {
  readonly pendingRestart?: readonly string[]
  readonly lastError?: string | null
  readonly lastErrors?: Readonly<Record<string, string>>
}

/** What an operator should know about the configuration, as label and text; empty when the file is in force. */
export function configRows({
  pendingRestart = [],
  lastError = null,
  lastErrors = {},
}: ConfigInForce): [string, string][] {
  return [
    ...(lastError === null ? [] : [['Config on disk', lastError] as [string, string]]),
    ...(pendingRestart.length === 0 ? [] : [['Pending restart', pendingRestart.join(', ')] as [string, string]]),
    ...Object.entries(lastErrors).map(([action, error]): [string, string] => [
      'Config action',
      `${action} failed: ${error}`,
    ]),
  ]
}

export interface AgentHealth {
  readonly agentId: string
  readonly isDefault?: boolean
  readonly heartbeat?: { readonly enabled: boolean; readonly every?: string }
  readonly sessions?: { readonly count: number }
}

interface AccountHealth {
  readonly configured?: boolean
  readonly running?: boolean
  readonly connected?: boolean
  readonly linked?: boolean
  readonly state?: string
  readonly lastError?: string | null
  readonly probe?: { readonly ok?: boolean; readonly latencyMs?: number; readonly error?: string | null }
}

export interface ChannelHealth extends AccountHealth {
  readonly accounts?: Readonly<Record<string, AccountHealth>>
}

export function healthLines(snapshot: HealthSnapshot, seen: { latencyMs: number; now: number }): string[] {
  const word = snapshot.ok ? 'ok' : 'failed'
  const head = `Gateway health: ${word} (${seen.latencyMs} ms, snapshot ${roughly(seen.now - snapshot.ts)} old)`
  const rows = [...channelRows(snapshot), ...agentRows(snapshot.agents ?? [])]
  return [head, ...table(rows).map((line) => `  ${line}`)]
}

/** One row per account: name, state, what the probe said. */
export function channelRows(snapshot: Pick<HealthSnapshot, 'channels' | 'channelOrder'>): string[][] {
  const channels = snapshot.channels ?? {}
  const order = snapshot.channelOrder ?? Object.keys(channels)
  return order.flatMap((id) => {
    const channel = channels[id]
    if (channel === undefined) return []
    const accounts = Object.entries(channel.accounts ?? { default: channel })
    return accounts.map(([account, facts]) => [`${id}/${account}`, accountState(facts), probeText(facts)])
  })
}

function agentRows(agents: readonly AgentHealth[]): string[][] {
  return agents.map((agent, index) => {
    const sessions = plural(agent.sessions?.count ?? 0, 'session')
    const heartbeat = agent.heartbeat?.enabled === true ? `heartbeat ${agent.heartbeat.every ?? 'on'}` : 'heartbeat off'
    return [index === 0 ? 'agents' : '', `${agent.agentId}: ${sessions}, ${heartbeat}`]
  })
}

function accountState(facts: AccountHealth): string {
  if (facts.state !== undefined) return facts.state
  if (facts.configured === false) return 'not configured'
  if (facts.connected === true || facts.linked === true) return 'connected'
  return facts.running === true ? 'running' : 'stopped'
}

function probeText(facts: AccountHealth): string {
  if (facts.probe === undefined) return facts.lastError ?? ''
  if (facts.probe.ok === true)
    return `probe ok${facts.probe.latencyMs === undefined ? '' : ` ${facts.probe.latencyMs} ms`}`
  return `probe failed${facts.probe.error == null ? '' : `: ${facts.probe.error}`}`
}
