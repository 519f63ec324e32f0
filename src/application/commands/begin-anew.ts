import type { ModelChoice } from '../../domain/config/agent-directory.js'
import type { ModelCatalog } from '../../domain/model/catalog.js'
import { foldedRef, formatModelRef } from '../../domain/model/model-ref.js'
import { changeSettings } from './change-settings.js'
import { type CarryOut, reply } from './command-order.js'

/** `/new` and `/reset [model] [message]`. What runs is stopped first; the old conversation is put aside whole. */
export const beginAnew: CarryOut = async (order, parts) => {
  const { session, args, message } = order
  const [word = ''] = args.split(/\s/, 1)
  const model = modelNamed(word, parts.catalog(), parts.agents.modelOf(session.agentId))
  const rest = model === null ? args : args.slice(word.length).trim()
  await parts.reset.reset({ key: session.key })
  if (model !== null) {
    const fresh = (await parts.store.session(session.key)) ?? session
    const changes = { providerOverride: model.provider, modelOverride: model.model }
    await changeSettings({ session: fresh }, changes, parts)
  }
  const first = rest === '' ? (message.greeting ?? '') : rest
  if (first !== '') return { kind: 'continue', text: first, ...(model === null ? {} : { model }) }
  return reply(`A new conversation has begun${model === null ? '' : ` with ${formatModelRef(model)}`}.`)
}

/** The model that a first word names beyond doubt; a word that only might be one belongs to the message. */
function modelNamed(word: string, catalog: ModelCatalog, standard: ModelChoice): ModelChoice | null {
  const folded = word.toLowerCase()
  const names = [
    ...Object.keys(catalog.aliases),
    ...catalog.allowed.flatMap(({ provider, id }) => [id, foldedRef({ provider, model: id })]),
    foldedRef(standard),
  ]
  if (word === '' || !names.some((name) => name.toLowerCase() === folded)) return null
  const resolved = catalog.resolve(word, standard)
  return resolved.ok ? resolved.model : null
}
