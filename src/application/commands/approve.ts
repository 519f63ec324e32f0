import { messageOf } from '../../domain/failure.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { shortened } from '../../domain/session/preview.js'
import { APPROVAL_DECISIONS } from '../exec/pending-approvals.js'
import { type CarryOut, reply } from './command-order.js'

const SHORTEST_ID = 4
const SHOWN_CHARS = 200

/** `/approve [id allow-once | allow-always | deny]`; without words: what waits. The beginning of an id is enough. */
export const approve: CarryOut = async ({ message: { sender }, args }, { approvals }) => {
  const waiting = approvals.list()
  const [id = '', word = ''] = args.toLowerCase().split(/\s+/)
  if (id === '') {
    const lines = waiting.map((one) => `${one.id.slice(0, 8)}: ${shortened(one.request.command, SHOWN_CHARS)}`)
    return reply(lines.length === 0 ? 'No command waits for an answer.' : lines.join('\n'))
  }
  const decision = APPROVAL_DECISIONS.find((known) => known === word)
  if (decision === undefined) throw invalidRequest(`Say ${APPROVAL_DECISIONS.join(', ')} behind the id.`)
  const meant = id.length < SHORTEST_ID ? [] : waiting.filter((one) => one.id.toLowerCase().startsWith(id))
  const [question, ...others] = meant
  if (question === undefined || others.length > 0)
    throw invalidRequest(`No single command waits as ${id}; see /approve.`)
  const actor = [sender.channel ?? 'client', sender.id].filter((part) => part !== undefined).join(' ')
  try {
    await approvals.resolve(question.id, decision, { facts: { actor }, name: actor })
  } catch (thrown) {
    throw invalidRequest(`Not decided: ${messageOf(thrown)}.`)
  }
  return reply(`${decision}: ${shortened(question.request.command, SHOWN_CHARS)}`)
}
