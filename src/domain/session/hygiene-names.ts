import type { ProviderRules } from './hygiene-rules.js'

/**
 * Gives every tool call of a message list an id of its own that the provider accepts. Ids come from many providers, some
 * of which count from zero in every answer, and most refuse repetition.
 */
export class CallNames {
  readonly #rules: ProviderRules
  readonly #taken = new Set<string>()
  readonly #lastSuffix = new Map<string, number>()

  constructor(rules: ProviderRules) {
    this.#rules = rules
  }

  /** An id that was not given out before; the call's own where that is possible. */
  idFor(callId: string): string {
    const wanted = cleaned(callId, this.#rules.callIdChars) || 'call'
    let unique = wanted
    while (this.#taken.has(unique)) unique = this.#suffixed(wanted)
    this.#taken.add(unique)
    return unique
  }

  nameFor(toolName: string): string {
    const { toolNameChars, namesBeginWithLetter } = this.#rules
    const name = cleaned(toolName, toolNameChars) || 'tool'
    return namesBeginWithLetter && !/^[a-zA-Z_]/.test(name) ? `_${name}`.slice(0, toolNameChars) : name
  }

  #suffixed(wanted: string): string {
    const number = (this.#lastSuffix.get(wanted) ?? 1) + 1
    this.#lastSuffix.set(wanted, number)
    const suffix = `_${number}`
    return wanted.slice(0, this.#rules.callIdChars - suffix.length) + suffix
  }
}

function cleaned(name: string, maxChars: number): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, maxChars)
}
