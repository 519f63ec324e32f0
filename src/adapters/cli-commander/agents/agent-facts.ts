import { join } from 'node:path'
import type { ConfigReading } from '../../../application/ports/config-source.js'
import { agentsOf } from '../../../domain/config/agents.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { type Binding, bindingsInOrder } from '../../../domain/routing/bindings.js'
import type { CliEnvironment } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import { invalidReport } from '../config/config-report.js'
import { exitCodes } from '../exit-codes.js'

/** An agent as the commands show it. */
export interface AgentFacts {
  readonly id: string
  readonly name: string
  readonly isDefault: boolean
  readonly workspace: string
  readonly agentDir: string
  /** Null: none is configured. */
  readonly model: string | null
  readonly identity: object
  /** How many there are. */
  readonly bindings: number
  /** What the bindings say, in the order in which they are tried. */
  readonly routes: readonly string[]
}

/** Default agent first. */
export function agentFacts(config: GatewayConfig, { stateDir }: CliEnvironment): readonly AgentFacts[] {
  const ordered = bindingsInOrder(config.bindings)
  return agentsOf(config, join(stateDir, 'workspace')).map(({ id, name, isDefault, workspace, model, identity }) => {
    const own = ordered.filter(({ agentId }) => agentId.toLowerCase() === id)
    const entry = config.agents.list?.find((listed) => listed.id.toLowerCase() === id)
    return {
      id,
      name: name ?? id,
      isDefault,
      workspace,
      agentDir: entry?.agentDir ?? join(stateDir, 'agents', id, 'agent'),
      model: model ?? null,
      identity: identity ?? {},
      bindings: own.length,
      routes: own.map(routeText),
    }
  })
}

/** @throws CliFailure when the files cannot be used */
export function validConfig(reading: ConfigReading, { home }: CliEnvironment): GatewayConfig {
  if (reading.config !== null) return reading.config
  throw new CliFailure('config_invalid', invalidReport(reading, home).join('\n'), {
    exitCode: exitCodes.configuration,
    details: { problems: reading.problems },
  })
}

/** `slack team T012345`, `telegram account work, direct 123`. */
export function routeText({ match }: Binding): string {
  const { channel, accountId, peer, guildId, roles = [], teamId } = match
  const parts = [
    ...(accountId === undefined ? [] : [accountId === '*' ? 'any account' : `account ${accountId}`]),
    ...(peer === undefined ? [] : [`${peer.kind === 'dm' ? 'direct' : peer.kind} ${peer.id}`]),
    ...(guildId === undefined ? [] : [`guild ${guildId}`]),
    ...(roles.length === 0 ? [] : [`roles ${roles.join(' or ')}`]),
    ...(teamId === undefined ? [] : [`team ${teamId}`]),
  ]
  return parts.length === 0 ? channel : `${channel} ${parts.join(', ')}`
}
