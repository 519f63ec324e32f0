import type { PortHolder } from '../../../application/ports/port-holder.js'
import { programName } from '../../../application/start/holder-name.js'
import type { ConnectionHints } from '../cli-deps.js'
import type { DeepSight } from '../status/deep-look.js'
import type { ServiceSight } from '../status/look-at-service.js'
import type { GatewayAccess } from '../target/gateway-access.js'
import type { ProbeOutcome } from '../target/probe.js'

/** Everything `gateway status` found out. */
export interface GatewayStatusFacts {
  readonly access: GatewayAccess
  /** Null = not asked for. */
  readonly probe: ProbeOutcome | null
  /** Who listens on the port. */
  readonly holders: readonly PortHolder[]
  /** Null = the gateway is not one of this host. */
  readonly service: ServiceSight | null
  /** The configuration of the service; null = none is installed. */
  readonly daemon: { readonly path: string; readonly hints: ConnectionHints } | null
  readonly memoryBytes: number | null
  /** Null = not asked for. */
  readonly deep: DeepSight | null
  /** Of this program. */
  readonly version: string
  readonly now: number
}

/**
 * The state of the process in one word. A gateway that is not of this state directory has no record here: the supervisor
 * and the probe are all there is to go by then.
 */
export function runtimeOf({ access, probe, service }: GatewayStatusFacts): string {
  const isLocal = access.target.kind === 'local'
  if (isLocal && access.record !== null) return access.record.state
  if (probe?.ok === true) return 'running'
  if (!isLocal) return 'unknown'
  const state = service?.report?.installed == null ? null : service.report.state.status
  return state === null || state === 'unknown' ? 'stopped' : state
}

/** Version of the gateway that runs, where one is known. */
export function versionOf({ access, probe }: GatewayStatusFacts): string | null {
  return probe?.ok === true ? probe.version : access.target.kind === 'local' ? (access.record?.version ?? null) : null
}

/** The configuration a gateway or its service uses, when it is not the one of this command line; else null. */
export function otherConfig({
  access,
  daemon,
}: GatewayStatusFacts): { path: string; of: 'service' | 'gateway' } | null {
  const own = access.environment.configPath
  if (daemon !== null && daemon.path !== own) return { path: daemon.path, of: 'service' }
  const { record, target } = access
  if (target.kind !== 'local' || record === null || record.configPath === own) return null
  return { path: record.configPath, of: 'gateway' }
}

/** Who is on the port without being the gateway. */
export function strangers({ access, holders }: GatewayStatusFacts): readonly PortHolder[] {
  return holders.filter((holder) => holder.pid === null || holder.pid !== access.record?.pid)
}

export function holderText(holder: PortHolder): string {
  if (holder.pid === null) return `a process of user ${holder.user}`
  return `pid ${holder.pid} ${programName(holder)} (user ${holder.user})`
}

export function bindOf({ record, hints }: GatewayAccess): { value: string; source: string } {
  if (hints.bind !== undefined && (record === null || record.bind === hints.bind)) {
    return { value: hints.bind, source: 'gateway.bind' }
  }
  const value = record?.bind ?? 'loopback'
  return { value, source: value === 'loopback' ? 'default' : '--bind' }
}

export function portOf({ access, daemon, service }: GatewayStatusFacts): { value: number; source: string } {
  const { target, environment, hints } = access
  const value = target.port
  if (target.kind !== 'local') return { value, source: target.source }
  if (value === service?.place?.port) return { value, source: 'service' }
  if (daemon === null && String(value) === environment.variables.MAYROS_GATEWAY_PORT) {
    return { value, source: 'MAYROS_GATEWAY_PORT' }
  }
  if (value === (daemon?.hints ?? hints).port) return { value, source: 'gateway.port' }
  return { value, source: value === environment.defaultPort ? 'default' : '--port' }
}

export function authOf({ record, hints }: GatewayAccess): string {
  return (
    record?.authMode ??
    hints.authMode ??
    (hints.token === undefined && (hints.password ?? hints.isPasswordHashed) !== undefined ? 'password' : 'token')
  )
}
