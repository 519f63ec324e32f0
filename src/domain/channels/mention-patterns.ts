/** Characters that are not seen and would hide a name. */
const INVISIBLE = /[\u200B-\u200F\u2060-\u2064\uFEFF\u00AD]/gu

/** Names of people in a text: what follows an `@`. */
const NAME = /@[\p{L}\p{N}_.-]+/gu

export interface AgentNames {
  /** Regular expressions of the agent itself. */
  readonly own?: readonly string[] | undefined
  /** Regular expressions for every agent. */
  readonly general?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly emoji?: string | undefined
}

/**
 * What counts as a mention: the agent's patterns, else the general ones, else its name and emoji. None when there is
 * nothing to go by. Patterns were checked with the configuration; one that cannot be read matches nothing.
 */
export function mentionPatternsOf({ own, general, name, emoji }: AgentNames): readonly RegExp[] {
  const written = own ?? general
  if (written !== undefined && written.length > 0) return written.flatMap(readable)
  const words = (name ?? '').trim()
  return [
    ...(words === '' ? [] : [new RegExp(`(?<![\\p{L}\\p{N}_])@?${literal(words)}(?![\\p{L}\\p{N}_])`, 'iu')]),
    ...(emoji === undefined || emoji === '' ? [] : [new RegExp(literal(emoji), 'u')]),
  ]
}

/**
 * Whether a text names the agent. A match inside the name of somebody else (`@mayros_fan` for `mayros`) is none.
 */
export function isNamedIn(text: string, patterns: readonly RegExp[]): boolean {
  const seen = text.replace(INVISIBLE, '')
  return patterns.some((pattern) => {
    const everywhere = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`)
    return [...seen.matchAll(everywhere)].some((match) => !isPartOfName(seen, match.index, match[0]))
  })
}

function isPartOfName(text: string, at: number, match: string): boolean {
  const end = at + match.length
  return [...text.matchAll(NAME)].some((name) => {
    const nameEnd = name.index + name[0].length
    return name.index <= at && end <= nameEnd && name[0].replace(/^@/u, '') !== match.replace(/^@/u, '')
  })
}

function readable(source: string): readonly RegExp[] {
  try {
    return [new RegExp(source, 'iu')]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return looser(source)
  }
}

/** Patterns written for engines without the `u` flag. */
function looser(source: string): readonly RegExp[] {
  try {
    return [new RegExp(source, 'i')]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return []
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&')
}
