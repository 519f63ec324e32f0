import { failureDocument } from './failure.js'
import {
  authOf,
  bindOf,
  type GatewayStatusFacts,
  otherConfig,
  portOf,
  runtimeOf,
  strangers,
  versionOf,
} from './gateway-facts.js'
import { serviceDocument } from './service-document.js'

/** The same for programs. Members are always there; null = not known, or not looked for. */
export function gatewayStatusDocument(facts: GatewayStatusFacts): Record<string, unknown> {
  const { access, probe, deep } = facts
  const { record } = access
  const runtime = runtimeOf(facts)
  const version = versionOf(facts)
  const uptimeMs = probe?.ok === true ? probe.uptimeMs : null
  return {
    ok: runtime === 'running' && (probe === null || probe.ok),
    runtime: {
      status: runtime,
      pid: record?.pid ?? null,
      uptimeMs: record === null ? uptimeMs : facts.now - record.startedAtMs,
      memoryBytes: facts.memoryBytes,
      restarts: facts.service?.report?.state.restarts ?? null,
      lastExit: lastExitOf(facts),
      supervisor: record?.supervisor ?? null,
      version,
      instanceId: record?.instanceId ?? null,
    },
    version: { program: facts.version, gateway: version, isSkewed: version !== null && version !== facts.version },
    service: serviceDocument(facts.service),
    config: configDocument(facts),
    gateway: gatewayDocument(facts),
    port: portDocument(facts),
    rpc: rpcDocument(facts),
    logs: {
      file: record?.logFile ?? null,
      errors: deep?.errors.map(({ time, level, subsystem, message }) => ({ time, level, subsystem, message })) ?? [],
    },
    extraServices: facts.service?.report?.neighbours ?? [],
    otherGateways:
      deep?.others.map(({ stateDir, record: other }) => ({
        pid: other.pid,
        state: other.state,
        profile: other.profile,
        stateDir,
        configPath: other.configPath,
        port: other.port,
        urls: other.urls,
        version: other.version,
      })) ?? [],
  }
}

function lastExitOf({ service }: GatewayStatusFacts): Record<string, unknown> | null {
  const lastExit = service?.report?.state.lastExit ?? null
  if (lastExit === null) return null
  const { code, signal, at } = lastExit
  return { code, signal, at: at === null ? null : new Date(at).toISOString() }
}

function configDocument(facts: GatewayStatusFacts): Record<string, unknown> {
  const { access, probe, daemon } = facts
  const { environment, hints, record } = access
  const inForce = probe?.ok === true ? probe.health.config : undefined
  return {
    cli: {
      path: environment.configPath,
      exists: hints.exists,
      valid: hints.problems.length === 0,
      issues: hints.problems,
    },
    daemon:
      daemon === null
        ? null
        : {
            path: daemon.path,
            exists: daemon.hints.exists,
            valid: daemon.hints.problems.length === 0,
            issues: daemon.hints.problems,
          },
    mismatch: otherConfig(facts) !== null,
    running:
      record === null && inForce === undefined
        ? null
        : {
            path: record?.configPath ?? null,
            hash: record?.configHash ?? null,
            loadedAt: record === null ? null : new Date(record.configLoadedAtMs).toISOString(),
            pendingRestart: inForce?.pendingRestart ?? null,
            lastError: inForce?.lastError ?? null,
          },
  }
}

function gatewayDocument(facts: GatewayStatusFacts): Record<string, unknown> {
  const { access } = facts
  const { record, target } = access
  const port = portOf(facts)
  return {
    bindMode: bindOf(access).value,
    bindHosts: record?.urls.map((url) => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')) ?? [],
    bindSource: bindOf(access).source,
    port: port.value,
    portSource: port.source,
    authMode: authOf(access),
    authSource: target.token?.source ?? target.password?.source ?? null,
    urls: record?.urls ?? [],
    probeUrl: target.url,
    tlsFingerprint: record?.tlsFingerprint ?? null,
  }
}

function portDocument(facts: GatewayStatusFacts): Record<string, unknown> {
  const { access, holders, probe } = facts
  return {
    port: access.target.port,
    status: holders.length === 0 ? (access.target.kind === 'local' ? 'free' : 'unknown') : 'busy',
    listeners: holders.map((holder) => ({
      pid: holder.pid,
      command: holder.command,
      user: holder.user,
      address: holder.address,
      kind: holder.pid !== null && holder.pid === access.record?.pid ? 'gateway' : 'unknown',
    })),
    hints:
      probe?.ok !== true && strangers(facts).length > 0
        ? ['another process holds the port: choose another --port, or start with --force']
        : [],
  }
}

function rpcDocument({ access, probe }: GatewayStatusFacts): Record<string, unknown> {
  const { url } = access.target
  if (probe === null) return { ok: null, url, latencyMs: null, protocol: null, error: null }
  return {
    ok: probe.ok,
    url,
    latencyMs: probe.ok ? probe.latencyMs : null,
    protocol: probe.ok ? probe.protocol : null,
    error: probe.ok ? null : failureDocument(probe.failure).error,
  }
}
