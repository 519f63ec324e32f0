import { formatModelRef } from '../../domain/model/model-ref.js'
import { sessionModel } from '../sessions/session-model.js'
import { changeSettings, meansDefault } from './change-settings.js'
import { type CarryOut, reply } from './command-order.js'
import { models } from './models.js'

/** `/model [model | list | status | default]` */
export const model: CarryOut = async (order, parts) => {
  const { session, args } = order
  const { agents, catalog } = parts
  const word = args.toLowerCase()
  const standard = agents.modelOf(session.agentId)
  if (word === '' || word === 'status') {
    const own =
      session.modelOverride === undefined ? '' : `, chosen for this session (usually ${formatModelRef(standard)})`
    return reply(`Model: ${formatModelRef(sessionModel(session, agents))}${own}`)
  }
  if (word === 'list') return models(order, parts)
  if (meansDefault(word)) {
    await changeSettings(order, { providerOverride: null, modelOverride: null }, parts)
    return reply(`Model: ${formatModelRef(standard)}`)
  }
  const resolved = catalog().resolve(args, standard)
  if (!resolved.ok) return reply(`${resolved.message}. /models shows what can be chosen.`)
  const changes = { providerOverride: resolved.model.provider, modelOverride: resolved.model.model }
  await changeSettings(order, changes, parts)
  return reply(`Model: ${formatModelRef(resolved.model)}`)
}
