import type { GatewayConfig } from '../../domain/config/config.js'

export type Binding = GatewayConfig['bindings'][number]

/** The bindings in the order in which they are tried: the more exactly one says whom it means, the earlier. */
export function bindingsInOrder(bindings: readonly Binding[]): readonly Binding[] {
  return [...bindings].sort((a, b) => tierOf(a) - tierOf(b))
}

function tierOf({ match }: Binding): number {
  if (match.peer !== undefined) return 0
  if (match.guildId !== undefined) return (match.roles ?? []).length > 0 ? 1 : 2
  if (match.teamId !== undefined) return 3
  return match.accountId === '*' ? 5 : 4
}
