import { agentsOf } from '../../../domain/config/agents.js'
import { valueAt } from '../../../domain/config/value-at.js'
import type { CommandContext } from '../command-context.js'
import { shortPath } from '../render/words.js'
import type { GatewayNow } from './ask-place.js'

/** What questions start from. */
export interface StateNow {
  readonly exists: boolean
  readonly mode: 'local' | 'remote'
  readonly remoteUrl: string | undefined
  /** Of the default agent, as people write it. */
  readonly workspace: string
  readonly gateway: GatewayNow
  readonly dmScope: string | undefined
}

/** The configuration as it is, also when it does not exist yet or is broken: then it is looked at again before a write. */
export async function stateNow(context: CommandContext): Promise<StateNow> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const { config, resolved, exists } = await source.read()
  const [agent] = config === null ? [] : agentsOf(config, `${environment.stateDir}/workspace`)
  const gateway = config?.gateway
  const auth = gateway?.auth
  const hasPassword = auth?.password !== undefined
  return {
    exists,
    mode: gateway?.mode ?? 'local',
    remoteUrl: gateway?.remote?.url,
    workspace: shortPath(agent?.workspace ?? `${environment.stateDir}/workspace`, environment.home),
    gateway: {
      port: gateway?.port ?? environment.defaultPort,
      bind: gateway?.bind ?? 'loopback',
      auth:
        auth?.mode === 'password' || (auth?.mode === undefined && hasPassword && auth?.token === undefined)
          ? 'password'
          : 'token',
      hasPassword,
      tailscale: gateway?.tailscale.mode ?? 'off',
    },
    dmScope: asText(valueAt(resolved, ['session', 'dmScope'])),
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
