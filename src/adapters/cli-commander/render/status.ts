import { formatDuration } from '../../../application/start/format-duration.js'
import { messageOf } from '../../../domain/failure.js'
import { printable } from '../../../domain/log/printable.js'
import type { GatewaySight, OverviewAnswers } from '../status/ask-gateway.js'
import type { SecuritySight } from '../status/look-at-security.js'
import type { ServiceSight } from '../status/look-at-service.js'
import type { GatewayAccess } from '../target/gateway-access.js'
import type { UpdateFacts } from '../update/known-update.js'
import { channelRows, configRows, type HealthSnapshot } from './health.js'
import type { LogLine } from './log-line.js'
import { ago, megabytes, plural, roughly, shortPath } from './words.js'

/** What only goes into a report for a ticket. */
export interface OverviewReport {
  readonly host: { readonly node: string; readonly release: string; readonly arch: string }
  readonly installation: string
  /** The newest warnings and errors, oldest first. */
  readonly log: readonly LogLine[]
}

export interface OverviewFacts extends GatewaySight {
  readonly access: GatewayAccess
  readonly now: number
  /** Of this program. */
  readonly version: string
  readonly security: SecuritySight
  readonly update: UpdateFacts
  /** Null = not looked at, or of another host. */
  readonly service: ServiceSight | null
  readonly memoryBytes: number | null
  readonly isDeep: boolean
  readonly report: OverviewReport | null
}

const ACTIVE_MS = 600_000

export function statusLines(facts: OverviewFacts): string[] {
  const { answers, isDeep, update } = facts
  const rows: [string, string][] = [
    ['Gateway', gatewayText(facts)],
    ['Config', configText(facts.access)],
  ]
  if (answers !== null) {
    rows.push(...configRows(answers.health?.config ?? {}))
    rows.push(['Channels', channelsText(answers.health)], ['Agents', agentsText(facts, answers)])
    rows.push(['Model', modelText(answers)])
    rows.push(['Heartbeat', `${heartbeatText(facts, answers)}${cronText(facts, answers)}`])
    if (isDeep) rows.push(...keyRows(answers), ['Process', processText(facts)])
    rows.push(...usageRows(answers))
  }
  rows.push(['Security', securityText(facts.security)])
  if (update.available) rows.push(['Update', `${update.latest} available`])
  return rows.map(([label, text]) => `${label.padEnd(11)}${label.length < 11 ? '' : ' '}${text}`)
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

function modelText({ status, keys }: OverviewAnswers): string {
  const model = keys?.resolvedDefault ?? status?.sessions?.defaults?.model
  if (model == null) return 'none configured'
  if (keys === null) return printable(model)
  const missing = keys.auth.missingProvidersInUse
  return `${printable(model)}, ${missing.length === 0 ? 'key found' : `key missing for ${missing.map(printable).join(', ')}`}`
}

function heartbeatText(facts: OverviewFacts, answers: OverviewAnswers): string {
  const beating = (answers.health?.agents ?? []).filter((agent) => agent.heartbeat?.enabled === true)
  const plan = beating.map((agent) => `${agent.agentId} every ${agent.heartbeat?.every ?? 'so often'}`).join(', ')
  const last = answers.heartbeat?.ts === undefined ? '' : `, last ${ago(facts.now - answers.heartbeat.ts)}`
  return `${plan === '' ? 'off' : plan}${last}`
}

function cronText({ now }: OverviewFacts, { cron }: OverviewAnswers): string {
  if (cron?.enabled !== true) return ''
  const { jobs = 0, nextWakeAtMs } = cron
  return `   Cron ${plural(jobs, 'job')}${nextWakeAtMs == null ? '' : `, next in ${roughly(nextWakeAtMs - now)}`}`
}

function keyRows({ keys }: OverviewAnswers): [string, string][] {
  const providers = keys?.auth.providers ?? []
  const text = providers.map(({ provider, missing, cooldown }) => {
    const state = missing ? 'key missing' : cooldown === null ? 'ok' : `resting (${printable(cooldown.reason)})`
    return `${printable(provider)} ${state}`
  })
  return text.length === 0 ? [] : [['Providers', text.join(', ')]]
}

function processText({ memoryBytes, roundsMs, hello }: OverviewFacts): string {
  const words = [
    ...(memoryBytes === null ? [] : [megabytes(memoryBytes)]),
    ...(hello === null ? [] : [`up ${formatDuration(hello.snapshot.uptimeMs)}`]),
    ...(roundsMs.length === 0 ? [] : [`${Math.max(...roundsMs)} ms the slowest of ${roundsMs.length} answers`]),
  ]
  return words.join(', ')
}

function usageRows({ usage }: OverviewAnswers): [string, string][] {
  if (usage === null) return []
  const providers = usage.providers ?? []
  if (providers.length === 0) return [['Usage', 'nothing in 30 days']]
  return providers.map(({ provider, displayName, windows = [], calls = 0, totals }, index) => {
    const cost = totals?.totalCost === undefined || totals.totalCost === 0 ? '' : `, $${totals.totalCost.toFixed(2)}`
    const quota = windows.map(({ label = 'quota', usedPercent = 0 }) => `, ${printable(label)} ${usedPercent}% used`)
    const spent = `${plural(calls, 'call')}, ${totals?.totalTokens ?? 0} tokens${cost} in 30 days`
    return [index === 0 ? 'Usage' : '', `${printable(displayName ?? provider)} ${spent}${quota.join('')}`]
  })
}

function securityText(security: SecuritySight): string {
  if (security.kind === 'unseen') return `unknown: ${printable(security.reason)}`
  const { critical, warn } = security.summary
  if (critical === 0 && warn === 0) return 'nothing found'
  const words = [...(critical === 0 ? [] : [`${critical} critical`]), ...(warn === 0 ? [] : [plural(warn, 'warning')])]
  return `${words.join(', ')}: mayros security audit`
}
