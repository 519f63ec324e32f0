import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { CarryOut, CommandOrder, CommandParts } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/elevated [level]`; for those who may run commands with elevated rights. */
export const elevated: CarryOut = (order, parts) => {
  if (order.args !== '' && !mayElevate(order, parts)) {
    throw invalidRequest('You may not run commands with elevated rights here (tools.elevated).')
  }
  const standard = parts.config().agents.defaults.elevatedDefault
  return setLevel(order, parts, { name: 'elevatedLevel', title: 'Elevated', standard })
}

/** The agent's own rule narrows the general one. Clients of the gateway have no entry in either: owners may. */
function mayElevate({ message: { sender }, session }: CommandOrder, { config, agents }: CommandParts): boolean {
  const own = config().agents.list?.find(({ id }) => id.toLowerCase() === agents.find(session.agentId)?.id)
  const rules = [config().tools.elevated, own?.tools?.elevated ?? {}]
  if (rules.some(({ enabled }) => enabled === false)) return false
  const { channel, id } = sender
  if (channel === undefined) return sender.isOwner
  const [general, narrower] = rules.map(({ allowFrom }) => allowFrom?.[channel])
  const isListed = (entries: readonly (string | number)[]) =>
    entries.some((entry) => entry === '*' || (id !== undefined && String(entry) === id))
  return general !== undefined && isListed(general) && (narrower === undefined || isListed(narrower))
}
