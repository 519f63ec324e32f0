import { type ModelChoice, parseModelRef } from '../config/agent-directory.js'

/** Reads `provider/model` as people type it; the model part may contain slashes. Null: it is no such thing. */
export function readModelRef(text: string): ModelChoice | null {
  const ref = parseModelRef(text.trim())
  if (ref === null) return null
  const [provider, model] = [ref.provider.trim(), ref.model.trim()]
  return provider === '' || model === '' ? null : { provider, model }
}

export function formatModelRef({ provider, model }: ModelChoice): string {
  return `${provider}/${model}`
}

/** Two spellings of one model; case does not count. */
export function isSameModel(one: ModelChoice, other: ModelChoice): boolean {
  return foldedRef(one) === foldedRef(other)
}

/** One text for all spellings of a model, to compare and to look up by. */
export function foldedRef(ref: ModelChoice): string {
  return formatModelRef(ref).toLowerCase()
}
