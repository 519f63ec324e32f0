import type { RuntimeRecord } from '../../../application/ports/runtime-record.js'
import type { CliEnvironment, ConnectionHints } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { accessTo, type GatewayAccess } from './gateway-access.js'
import { resolveTarget, type TargetFacts } from './resolve-target.js'

/** One gateway that may be there. */
export interface ProbeTarget {
  readonly id: string
  readonly kind: 'explicit' | 'remote' | 'local' | 'neighbour'
  /** The one that other commands would talk to. */
  readonly isActive: boolean
  /** Null when the address or the way to it is no good. */
  readonly access: GatewayAccess | null
  readonly problem: CliFailure | null
}

/**
 * Every gateway that this host could mean: the one that was named, the configured remote one, that of this state directory,
 * and those of the same user's other profiles. Each is only shown the secrets that belong to it.
 */
export async function probeTargets(
  context: CommandContext,
  flags: SharedFlags,
  timeoutMs: number,
): Promise<readonly ProbeTarget[]> {
  const { deps } = context
  const environment = await context.environment()
  const [hints, record, found] = await Promise.all([
    deps.readConnectionHints(environment),
    deps.readLiveRecord(environment.stateDir),
    deps.findGateways(environment),
  ])
  const explicit = flags.url === undefined ? null : flags.url
  const secrets: SharedFlags = explicit === null ? flags : {}
  const { mode: _, ...localHints } = hints
  const reach = (id: string, kind: ProbeTarget['kind'], isActive: boolean, facts: TargetFacts): ProbeTarget => {
    try {
      const target = resolveTarget(facts)
      return { id, kind, isActive, access: accessTo(context, { ...facts, target, timeoutMs }), problem: null }
    } catch (thrown) {
      if (!(thrown instanceof CliFailure)) throw thrown
      return { id, kind, isActive, access: null, problem: thrown }
    }
  }
  const targets: ProbeTarget[] = []
  if (explicit !== null) targets.push(reach('explicit', 'explicit', true, { flags, environment, hints, record }))
  if (hints.remote?.url !== undefined) {
    const isActive = explicit === null && hints.mode === 'remote'
    const facts = { flags: secrets, environment, hints: { ...hints, mode: 'remote' as const }, record }
    targets.push(reach('remote', 'remote', isActive, facts))
  }
  const isLocalActive = explicit === null && hints.mode !== 'remote'
  targets.push(reach('local', 'local', isLocalActive, { flags: secrets, environment, hints: localHints, record }))
  for (const other of found.filter(({ stateDir }) => stateDir !== environment.stateDir)) {
    const facts = await neighbourFacts(context, environment, other.stateDir, other.record)
    targets.push(reach(`local:${other.record.profile ?? 'default'}`, 'neighbour', false, facts))
  }
  return targets
}

/** Another gateway of the same user is asked with what its own configuration says. */
async function neighbourFacts(
  { deps }: CommandContext,
  own: CliEnvironment,
  stateDir: string,
  record: RuntimeRecord,
): Promise<TargetFacts> {
  const {
    MAYROS_GATEWAY_PORT: _port,
    MAYROS_GATEWAY_TOKEN: _token,
    MAYROS_GATEWAY_PASSWORD: _word,
    ...variables
  } = own.variables
  const environment = { ...own, profile: record.profile, stateDir, configPath: record.configPath, variables }
  const hints: ConnectionHints = await deps.readConnectionHints(environment)
  const { mode: _, ...local } = hints
  return { flags: {}, environment, hints: local, record }
}
