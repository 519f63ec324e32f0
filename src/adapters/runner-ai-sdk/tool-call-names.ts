const MAX_LENGTH = 64

/**
 * Gives every tool call of a prompt an id of its own that all dialects accept. Ids come from many providers, some of
 * which count from zero in every answer; the strictest reader takes `[a-zA-Z0-9_-]{1,64}` and refuses repetition.
 */
export class ToolCallNames {
  readonly #taken = new Set<string>()
  readonly #lastSuffix = new Map<string, number>()

  namesFor(toolCallId: string, toolName: string): { readonly toolCallId: string; readonly toolName: string } {
    const wanted = accepted(toolCallId, 'call')
    let unique = wanted
    while (this.#taken.has(unique)) unique = this.#suffixed(wanted)
    this.#taken.add(unique)
    return { toolCallId: unique, toolName: accepted(toolName, 'tool') }
  }

  #suffixed(wanted: string): string {
    const number = (this.#lastSuffix.get(wanted) ?? 1) + 1
    this.#lastSuffix.set(wanted, number)
    const suffix = `_${number}`
    return wanted.slice(0, MAX_LENGTH - suffix.length) + suffix
  }
}

function accepted(name: string, fallback: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, MAX_LENGTH)
  return clean === '' ? fallback : clean
}
