import type { HelloOk } from '../../../application/ports/gateway-client.js'
import { messageOf } from '../../../domain/failure.js'
import type { GatewayAccess } from '../target/gateway-access.js'
import { failureDocument } from './failure.js'
import { channelRows, configRows, type HealthSnapshot } from './health.js'
import { ago, shortPath } from './words.js'

/** What the gateway answered; null where it did not. */
export interface OverviewAnswers {
  readonly health: HealthSnapshot | null
  readonly status: {
    readonly sessions?: {
      readonly count?: number
      readonly defaults?: { readonly model?: string | null }
      readonly recent?: readonly { readonly updatedAt?: number | null }[]
      readonly byAgent?: readonly unknown[]
    }
  } | null
  readonly agents: { readonly defaultId?: string; readonly agents?: readonly { readonly id: string }[] } | null
  readonly models: { readonly models?: readonly { readonly id: string; readonly provider?: string }[] } | null
  readonly heartbeat: { readonly ts?: number; readonly status?: string } | null
}

export interface OverviewFacts {
  readonly access: GatewayAccess
  readonly now: number
  /** Of this program. */
  readonly version: string
  readonly hello: HelloOk | null
  readonly answers: OverviewAnswers | null
  readonly latencyMs: number | null
  readonly failure: unknown
}

const ACTIVE_MS = 600_000

export function statusLines(facts: OverviewFacts): string[] {
  const { answers } = facts
  const rows: [string, string][] = [
    ['Gateway', gatewayText(facts)],
    ['Config', configText(facts.access)],
  ]
  if (answers !== null) {
    rows.push(...configRows(answers.health?.config ?? {}))
    rows.push(['Channels', channelsText(answers.health)], ['Agents', agentsText(facts, answers)])
    rows.push(['Model', answers.status?.sessions?.defaults?.model ?? 'none configured'])
    rows.push(['Heartbeat', heartbeatText(facts, answers)])
  }
  return rows.map(([label, text]) => `${label.padEnd(11)}${label.length < 11 ? '' : ' '}${text}`)
}

export function statusDocument(facts: OverviewFacts, platform: string): Record<string, unknown> {
  const { access, answers, hello } = facts
  const { environment, hints, record, target } = access
  return {
    gateway: {
      reachable: hello !== null,
      url: target.url,
      urlSource: target.source,
      latencyMs: facts.latencyMs,
      version: hello?.server.version ?? record?.version ?? null,
      authMode: hello?.snapshot.authMode ?? record?.authMode ?? null,
      pid: record?.pid ?? null,
      state: record?.state ?? null,
      supervisor: record?.supervisor ?? null,
      error: facts.failure === null ? null : failureDocument(facts.failure).error,
    },
    service: null,
    config: {
      path: environment.configPath,
      stateDir: environment.stateDir,
      profile: environment.profile,
      exists: hints.exists,
      valid: hints.problems.length === 0,
      issues: hints.problems,
      pendingRestart: answers?.health?.config?.pendingRestart ?? null,
      lastError: answers?.health?.config?.lastError ?? null,
    },
    channels: answers?.health?.channels ?? null,
    agents: answers?.agents?.agents ?? null,
    sessions: answers?.status?.sessions ?? null,
    heartbeat: answers?.heartbeat ?? null,
    cron: null,
    models: answers?.models?.models ?? null,
    securityAudit: null,
    update: { version: facts.version },
    os: { platform },
  }
}

function gatewayText({ access, hello, failure, latencyMs }: OverviewFacts): string {
  const { record, target } = access
  if (hello === null) {
    const state = record === null ? 'not running' : `${record.state} (pid ${record.pid})`
    return `${state}: ${messageOf(failure)}`
  }
  const where = record === null ? '' : ` (pid ${record.pid}, ${record.supervisor})`
  const auth = hello.snapshot.authMode ?? 'unknown'
  return `${record?.state ?? 'running'}, ${target.url}, ${latencyMs} ms, auth ${auth}, version ${hello.server.version}${where}`
}

function configText({ environment, hints }: GatewayAccess): string {
  const state = hints.problems.length > 0 ? `invalid: ${hints.problems[0]}` : hints.exists ? 'valid' : 'missing'
  return `${shortPath(environment.configPath, environment.home)}, ${state}`
}

function channelsText(health: HealthSnapshot | null): string {
  const rows = channelRows(health ?? {})
  return rows.length === 0 ? 'none' : rows.map((row) => row.filter((cell) => cell !== '').join(' ')).join('   ')
}

function agentsText(facts: OverviewFacts, answers: OverviewAnswers): string {
  const defaultId = answers.agents?.defaultId ?? answers.health?.defaultAgentId
  const ids = answers.agents?.agents?.map((agent) => agent.id) ?? answers.health?.agents?.map((agent) => agent.agentId)
  const names = (ids ?? []).map((id) => (id === defaultId ? `${id} (default)` : id)).join(', ')
  const sessions = answers.status?.sessions
  const active = (sessions?.recent ?? []).filter((row) => facts.now - (row.updatedAt ?? 0) < ACTIVE_MS).length
  const count = sessions?.count ?? answers.health?.sessions?.count ?? 0
  return `${names === '' ? 'unknown' : names}   Sessions ${count}${active === 0 ? '' : `, ${active} active in 10 min`}`
}

function heartbeatText(facts: OverviewFacts, answers: OverviewAnswers): string {
  const beating = (answers.health?.agents ?? []).filter((agent) => agent.heartbeat?.enabled === true)
  const plan = beating.map((agent) => `${agent.agentId} every ${agent.heartbeat?.every ?? 'so often'}`).join(', ')
  const last = answers.heartbeat?.ts === undefined ? '' : `, last ${ago(facts.now - answers.heartbeat.ts)}`
  return `${plan === '' ? 'off' : plan}${last}`
}
