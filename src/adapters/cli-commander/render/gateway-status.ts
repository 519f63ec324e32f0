import type { PortHolder } from '../../../application/ports/port-holder.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import { programName } from '../../../application/start/holder-name.js'
import type { GatewayAccess } from '../target/gateway-access.js'
import type { ProbeOutcome } from '../target/probe.js'
import { shownFingerprint } from '../tls-fingerprint.js'
import { failureDocument } from './failure.js'
import { configRows } from './health.js'
import { shortPath } from './words.js'

export interface GatewayStatusFacts {
  readonly access: GatewayAccess
  /** Null = not asked for. */
  readonly probe: ProbeOutcome | null
  /** Who listens on the port. */
  readonly holders: readonly PortHolder[]
  readonly now: number
}

export function gatewayStatusLines(facts: GatewayStatusFacts): string[] {
  const { access, probe } = facts
  const { environment, hints, record, target } = access
  const short = (path: string) => shortPath(path, environment.home)
  const urls = record?.urls ?? (probe?.ok === true ? [target.url] : [])
  const port = portOf(access)
  const lines = [
    `Runtime: ${runtimeText(facts)}`,
    `RPC probe: ${probeText(facts)}`,
    ...(urls.length === 0 ? [] : [`Listening: ${urls.join(', ')}`]),
    `Bind: ${bindOf(access).value} (${bindOf(access).source})   Port: ${port.value} (${port.source})   Auth: ${authText(access)}`,
    `Config: ${short(environment.configPath)}, ${configText(access)}`,
    `State: ${short(environment.stateDir)}`,
  ]
  if (record?.tlsFingerprint != null) lines.push(`TLS: certificate SHA-256 ${shownFingerprint(record.tlsFingerprint)}`)
  if (record?.logFile != null) lines.push(`Logs: ${short(record.logFile)}`)
  const dashboard = urls[0]
  if (dashboard !== undefined) lines.push(`Dashboard: ${dashboard.replace(/^ws/, 'http')}/`)
  if (record !== null && record.configPath !== environment.configPath) {
    lines.push(`Config (gateway): ${short(record.configPath)}, differs from the CLI's`)
  }
  if (probe?.ok === true) {
    for (const [label, text] of configRows(probe.health.config ?? {})) lines.push(`${label}: ${text}`)
  }
  for (const problem of hints.problems) lines.push(`Config problem: ${problem}`)
  for (const note of environment.notes) lines.push(`Note: ${note}`)
  if (probe?.ok !== true)
    for (const holder of strangers(facts)) lines.push(`Port ${target.port}: ${holderText(holder)}`)
  return lines
}

export function gatewayStatusDocument(facts: GatewayStatusFacts): Record<string, unknown> {
  const { access, probe, holders } = facts
  const { environment, hints, record, target } = access
  const runtime = runtimeOf(facts)
  const isRunning = runtime === 'running'
  return {
    ok: isRunning && (probe === null || probe.ok),
    runtime: {
      status: runtime,
      pid: record?.pid ?? null,
      uptimeMs: record === null ? (probe?.ok === true ? probe.uptimeMs : null) : facts.now - record.startedAtMs,
      supervisor: record?.supervisor ?? null,
      version: record?.version ?? (probe?.ok === true ? probe.version : null),
      instanceId: record?.instanceId ?? null,
    },
    service: null,
    config: {
      cli: {
        path: environment.configPath,
        exists: hints.exists,
        valid: hints.problems.length === 0,
        issues: hints.problems,
      },
      daemon: record === null ? null : { path: record.configPath },
      mismatch: record !== null && record.configPath !== environment.configPath,
      running:
        record === null ? null : { hash: record.configHash, loadedAt: new Date(record.configLoadedAtMs).toISOString() },
      pendingRestart: probe?.ok === true ? (probe.health.config?.pendingRestart ?? []) : null,
      lastError: probe?.ok === true ? (probe.health.config?.lastError ?? null) : null,
    },
    gateway: {
      bindMode: bindOf(access).value,
      bindSource: bindOf(access).source,
      port: portOf(access).value,
      portSource: portOf(access).source,
      authMode: authOf(access),
      authSource: target.token?.source ?? target.password?.source ?? null,
      probeUrl: target.url,
      tlsFingerprint: record?.tlsFingerprint ?? null,
    },
    port: {
      port: target.port,
      status: holders.length === 0 ? 'free' : 'busy',
      listeners: holders.map((holder) => ({
        pid: holder.pid,
        command: holder.command,
        user: holder.user,
        address: holder.address,
        kind: holder.pid !== null && holder.pid === record?.pid ? 'gateway' : 'unknown',
      })),
      hints: [],
    },
    rpc:
      probe === null
        ? { ok: null, url: target.url, latencyMs: null, error: null }
        : {
            ok: probe.ok,
            url: target.url,
            latencyMs: probe.ok ? probe.latencyMs : null,
            error: probe.ok ? null : failureDocument(probe.failure).error,
          },
    logs: { file: record?.logFile ?? null },
    extraServices: [],
    otherGateways: [],
  }
}

/** A gateway that is not of this state directory has no record here: the probe is all there is to go by. */
function runtimeOf({ access, probe }: GatewayStatusFacts): string {
  if (access.target.kind === 'local' && access.record !== null) return access.record.state
  if (probe?.ok === true) return 'running'
  return access.target.kind === 'local' ? 'stopped' : 'unknown'
}

function runtimeText(facts: GatewayStatusFacts): string {
  const { record, target } = facts.access
  const runtime = runtimeOf(facts)
  if (target.kind === 'local' && record !== null) {
    const up = formatDuration(facts.now - record.startedAtMs)
    return `${runtime} (pid ${record.pid}, up ${up}, ${record.supervisor})`
  }
  if (runtime === 'unknown')
    return `unknown (${target.kind === 'remote' ? 'remote gateway' : target.url} does not answer)`
  return runtime === 'running' ? 'running (no runtime record here)' : runtime
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

function strangers({ access, holders }: GatewayStatusFacts): readonly PortHolder[] {
  return holders.filter((holder) => holder.pid === null || holder.pid !== access.record?.pid)
}

function holderText(holder: PortHolder): string {
  if (holder.pid === null) return `a process of user ${holder.user}`
  return `pid ${holder.pid} ${programName(holder)} (user ${holder.user})`
}

function bindOf({ record, hints }: GatewayAccess): { value: string; source: string } {
  if (hints.bind !== undefined && (record === null || record.bind === hints.bind)) {
    return { value: hints.bind, source: 'gateway.bind' }
  }
  const value = record?.bind ?? 'loopback'
  return { value, source: value === 'loopback' ? 'default' : '--bind' }
}

function portOf({ target, environment, hints }: GatewayAccess): { value: number; source: string } {
  const value = target.port
  if (target.kind !== 'local') return { value, source: target.source }
  if (String(value) === environment.variables.MAYROS_GATEWAY_PORT) return { value, source: 'MAYROS_GATEWAY_PORT' }
  if (value === hints.port) return { value, source: 'gateway.port' }
  return { value, source: value === environment.defaultPort ? 'default' : '--port' }
}

function authOf({ record, hints }: GatewayAccess): string {
  return (
    record?.authMode ??
    hints.authMode ??
    (hints.token === undefined && (hints.password ?? hints.isPasswordHashed) !== undefined ? 'password' : 'token')
  )
}

function authText(access: GatewayAccess): string {
  const mode = authOf(access)
  const credential = mode === 'password' ? (access.target.password ?? access.target.token) : access.target.token
  if (mode !== 'token' && mode !== 'password') return mode
  return `${mode} (${credential?.source ?? 'none known here'})`
}

function configText({ hints, record }: GatewayAccess): string {
  const state = !hints.exists
    ? 'missing'
    : hints.problems.length === 0
      ? 'valid'
      : `invalid (${hints.problems.length} problem${hints.problems.length === 1 ? '' : 's'})`
  if (record === null) return state
  const since = new Date(record.configLoadedAtMs)
  return `${state}, in use since ${String(since.getHours()).padStart(2, '0')}:${String(since.getMinutes()).padStart(2, '0')}`
}
