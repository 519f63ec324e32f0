import type { GatewayConfig } from '../config/config.js'
import type { SessionSettings } from '../session/session-entry.js'
import type { ElevatedLevel } from './elevated.js'

/** Where commands are to run. */
export type ExecHost = 'gateway' | 'node' | 'sandbox'

const HOSTS: readonly ExecHost[] = ['gateway', 'node', 'sandbox']

/** The session's word before the agent's before the general one; elevated commands run on the gateway's machine. */
export function execHostOf(
  config: GatewayConfig,
  agentId: string,
  session: Pick<SessionSettings, 'execHost'> | null,
  elevated: ElevatedLevel,
): ExecHost {
  if (elevated !== 'off') return 'gateway'
  const own = config.agents.list?.find(({ id }) => id.toLowerCase() === agentId.toLowerCase())?.tools?.exec
  return HOSTS.find((host) => host === session?.execHost) ?? own?.host ?? config.tools.exec.host
}
