import { mayElevate } from '../../domain/exec/elevated.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { CarryOut } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/elevated [level]`; for those who may run commands with elevated rights. */
export const elevated: CarryOut = (order, parts) => {
  const { message, session, args } = order
  if (args !== '' && !mayElevate(parts.config(), session.agentId, message.sender)) {
    throw invalidRequest('You may not run commands with elevated rights here (tools.elevated).')
  }
  const standard = parts.config().agents.defaults.elevatedDefault
  return setLevel(order, parts, { name: 'elevatedLevel', title: 'Elevated', standard })
}
