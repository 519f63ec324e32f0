import type { ServiceState } from '../../../application/ports/supervisor.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import { exitCodes } from '../exit-codes.js'
import { endsAtLogout } from '../status/look-at-service.js'
import type { GatewayAccess } from '../target/gateway-access.js'
import { shownFingerprint } from '../tls-fingerprint.js'
import {
  authOf,
  bindOf,
  type GatewayStatusFacts,
  holderText,
  otherConfig,
  portOf,
  runtimeOf,
  strangers,
  versionOf,
} from './gateway-facts.js'
import { configRows } from './health.js'
import { ago, megabytes, plural, shortPath } from './words.js'

/** One screen for people. The words of the first lines are searched for by scripts: they stay. */
export function gatewayStatusLines(facts: GatewayStatusFacts): string[] {
  const { access, probe } = facts
  const { environment, record, target } = access
  const short = (path: string) => shortPath(path, environment.home)
  const urls = record?.urls ?? (probe?.ok === true ? [target.url] : [])
  const port = portOf(facts)
  const lines = [
    ...serviceLines(facts),
    `Runtime: ${runtimeText(facts)}`,
    `RPC probe: ${probeText(facts)}`,
    ...(urls.length === 0 ? [] : [`Listening: ${urls.join(', ')}`]),
    `Bind: ${bindOf(access).value} (${bindOf(access).source})   Port: ${port.value} (${port.source})   Auth: ${authText(access)}`,
    `Config: ${short(environment.configPath)}, ${configText(access)}`,
    `State: ${short(facts.service?.place?.stateDir ?? environment.stateDir)}`,
  ]
  if (record?.tlsFingerprint != null) lines.push(`TLS: certificate SHA-256 ${shownFingerprint(record.tlsFingerprint)}`)
  if (record?.logFile != null) lines.push(`Logs: ${short(record.logFile)}`)
  const dashboard = urls[0]
  if (dashboard !== undefined) lines.push(`Dashboard: ${dashboard.replace(/^ws/, 'http')}/`)
  return [...lines, ...worthKnowing(facts), ...deepLines(facts)]
}

/** What is only said when it is so. */
function worthKnowing(facts: GatewayStatusFacts): string[] {
  const { access, probe, service, version } = facts
  const { environment, hints, target } = access
  const lines: string[] = []
  const other = otherConfig(facts)
  if (other !== null) {
    const fix = other.of === 'service' ? '; fix: mayros gateway install --force' : ''
    lines.push(`Config (${other.of}): ${shortPath(other.path, environment.home)}, differs from the CLI's${fix}`)
  }
  if (probe?.ok === true) {
    for (const [label, text] of configRows(probe.health.config ?? {})) lines.push(`${label}: ${text}`)
  }
  for (const problem of hints.problems) lines.push(`Config problem: ${problem}`)
  const running = versionOf(facts)
  if (running !== null && running !== version && target.kind === 'local') {
    lines.push(`Version: the gateway runs ${running}, this program is ${version}; fix: mayros gateway restart`)
  }
  const drift = service?.report?.drift.filter(({ level }) => level !== 'info') ?? []
  if (drift.length > 0) lines.push(`Service drift: ${plural(drift.length, 'finding')}; mayros doctor`)
  const linger = service?.report?.linger
  if (linger !== undefined && endsAtLogout(linger)) {
    lines.push(`Linger: off, the service stops at logout; fix: ${linger.command}`)
  }
  for (const note of environment.notes) lines.push(`Note: ${note}`)
  if (probe?.ok !== true) {
    for (const holder of strangers(facts)) lines.push(`Port ${target.port}: ${holderText(holder)}`)
  }
  return lines
}

function deepLines({ deep, service, access }: GatewayStatusFacts): string[] {
  if (deep === null) return []
  const short = (path: string) => shortPath(path, access.environment.home)
  const neighbours = service?.report?.neighbours ?? []
  return [
    ...neighbours.map(({ name, scope, file }) => `Other service: ${name} (${scope}, ${short(file)})`),
    ...(neighbours.length === 0 ? ['Other services: none'] : []),
    ...deep.others.map(
      ({ stateDir, record }) =>
        `Other gateway: ${record.state} on port ${record.port} (pid ${record.pid}, ${short(stateDir)}, version ${record.version})`,
    ),
    ...(deep.others.length === 0 ? ['Other gateways: none'] : []),
    ...(deep.errors.length === 0 ? ['Last errors: none'] : ['Last errors:']),
    ...deep.errors.map(({ time, subsystem, message }) => `  ${time} ${subsystem}  ${message}`),
  ]
}

function serviceLines({ service }: GatewayStatusFacts): string[] {
  if (service === null) return []
  const { report, problem } = service
  if (report?.installed == null) {
    return [`Service: ${problem === null ? `not installed (${report?.label ?? 'unknown'})` : `none here (${problem})`}`]
  }
  const state = problem ?? (report.state.isEnabled ? 'enabled' : 'not enabled')
  return [`Service: ${report.label} ${report.name} (${state})`]
}

function runtimeText(facts: GatewayStatusFacts): string {
  const { record, target } = facts.access
  const runtime = runtimeOf(facts)
  const state = facts.service?.report?.installed == null ? null : facts.service.report.state
  if (target.kind === 'local' && record !== null) {
    const words = [`pid ${record.pid}`, `up ${formatDuration(facts.now - record.startedAtMs)}`]
    if (facts.memoryBytes !== null) words.push(megabytes(facts.memoryBytes))
    if (state?.restarts != null && state.restarts > 0) words.push(`${plural(state.restarts, 'restart')} by itself`)
    return `${runtime} (${[...words, record.supervisor].join(', ')})`
  }
  if (runtime === 'unknown') {
    return `unknown (${target.kind === 'remote' ? 'remote gateway' : target.url} does not answer)`
  }
  if (runtime === 'running') return facts.probe?.ok === true ? 'running (no runtime record here)' : 'running'
  return state === null ? runtime : `${runtime}${endText(state, runtime, facts.now)}`
}

/** How the process before ended, where that is the news. */
function endText({ lastExit, restarts }: ServiceState, runtime: string, now: number): string {
  const ended = lastExit === null ? null : (lastExit.signal ?? lastExit.code)
  if (lastExit === null || ended === null || (runtime === 'stopped' && ended === exitCodes.ok)) return ''
  const words = [
    typeof ended === 'number' ? `exit ${ended}` : ended,
    ...(lastExit.at === null ? [] : [ago(now - lastExit.at)]),
  ].join(' ')
  const why = ended === exitCodes.configuration ? ': config invalid' : ''
  const tries = runtime !== 'stopped' && restarts !== null && restarts > 0 ? `, ${plural(restarts, 'restart')}` : ''
  return ` (${runtime === 'stopped' ? '' : 'last '}${words}${tries}${why})`
}

function probeText(facts: GatewayStatusFacts): string {
  const { probe } = facts
  if (probe === null) return 'skipped'
  if (probe.ok) return `ok (${probe.latencyMs} ms, version ${probe.version}, protocol ${probe.protocol})`
  const [stranger] = strangers(facts)
  const isOther = (probe.failure as { code?: unknown }).code === 'not_a_gateway'
  if (isOther && stranger !== undefined) {
    return `failed (port is held by ${holderText(stranger)}, not a gateway)`
  }
  return `failed (${probe.reason})`
}

function authText(access: GatewayAccess): string {
  const mode = authOf(access)
  const credential = mode === 'password' ? (access.target.password ?? access.target.token) : access.target.token
  if (mode !== 'token' && mode !== 'password') return mode
  return `${mode} (${credential?.source ?? 'none known here'})`
}

function configText({ hints, record }: GatewayAccess): string {
  const problems = plural(hints.problems.length, 'problem')
  if (hints.problems.length > 0)
    return `invalid (${problems})${record === null ? '' : ', running on the last good one'}`
  const state = hints.exists ? 'valid' : 'missing'
  if (record === null) return state
  const since = new Date(record.configLoadedAtMs)
  return `${state}, in use since ${String(since.getHours()).padStart(2, '0')}:${String(since.getMinutes()).padStart(2, '0')}`
}
