import { type ModelChoice, parseModelRef } from '../../domain/config/agent-directory.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { ModelInfo } from '../ports/agent-runner.js'

/**
 * The model that somebody names: `provider/model`, or the id or name of a model in the catalogue.
 * @param catalogue what can be chosen; empty = anything
 * @param standard what the agent answers with by itself; always allowed, and the provider of a bare name
 */
export function chooseModel(wanted: string, catalogue: readonly ModelInfo[], standard: ModelChoice): ModelChoice {
  const ref = wanted.trim()
  if (ref === '') throw invalidRequest('invalid model: empty')
  const named = parseModelRef(ref) ?? { provider: standard.provider, model: ref }
  if (catalogue.length === 0 || isSame(named, standard)) return named
  const folded = ref.toLowerCase()
  const listed =
    catalogue.find(({ provider, id }) => isSame(named, { provider, model: id })) ??
    catalogue.find(({ id }) => id.toLowerCase() === folded) ??
    catalogue.find(({ name }) => name.toLowerCase() === folded)
  if (listed === undefined) throw invalidRequest(`model not allowed: ${named.provider}/${named.model}`)
  return { provider: listed.provider, model: listed.id }
}

function isSame(one: ModelChoice, other: ModelChoice): boolean {
  return (
    one.provider.toLowerCase() === other.provider.toLowerCase() && one.model.toLowerCase() === other.model.toLowerCase()
  )
}
