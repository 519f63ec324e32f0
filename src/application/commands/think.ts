import { requestedThinking } from '../sessions/requested-changes.js'
import { sessionModel } from '../sessions/session-model.js'
import { changeSettings, meansDefault } from './change-settings.js'
import { type CarryOut, reply } from './command-order.js'

/** `/think [level]` */
export const think: CarryOut = async (order, parts) => {
  const { session, args } = order
  const standard = parts.config().agents.defaults.thinkingDefault ?? 'off'
  if (args === '') return reply(`Think: ${session.thinkingLevel ?? standard}`)
  if (meansDefault(args)) {
    await changeSettings(order, { thinkingLevel: null }, parts)
    return reply(`Think: ${standard}`)
  }
  const known = parts.catalog().find(sessionModel(session, parts.agents))
  const thinkingLevel = requestedThinking(args, known === undefined || known.reasoning === true)
  await changeSettings(order, { thinkingLevel }, parts)
  return reply(`Think: ${thinkingLevel}`)
}
