import type { Agent } from './agent.js'

/** What people call an agent. */
export function agentName({ id, name, identity }: Agent): string {
  return name ?? identity?.name ?? id
}
