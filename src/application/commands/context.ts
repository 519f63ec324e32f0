import { DEFAULT_WINDOW_TOKENS } from '../../domain/session/compaction-limits.js'
import { historyTokens } from '../../domain/session/context-size.js'
import { sessionModel } from '../sessions/session-model.js'
import { type CarryOut, reply } from './command-order.js'

/** `/context`: what the model reads of this conversation. The size is an estimate where no model has counted. */
export const context: CarryOut = async ({ session }, { store, agents, catalog, config }) => {
  const entries = await store.transcript(session.sessionId)
  const divider = entries.findLastIndex(({ message }) => message.role === 'system')
  const messages = entries.slice(Math.max(0, divider)).map(({ message }) => message)
  const known = catalog().find(sessionModel(session, agents))?.contextWindow ?? DEFAULT_WINDOW_TOKENS
  const window = Math.min(known, config().agents.defaults.contextTokens ?? known)
  const used = session.totalTokens ?? historyTokens(messages)
  const about = session.totalTokens === undefined ? 'about ' : ''
  const summary = divider === -1 ? '' : ', the older part as a summary'
  return reply(
    `Context: ${about}${used} of ${window} tokens (${Math.round((used / window) * 100)}%) · ${messages.length} messages${summary}`,
  )
}
