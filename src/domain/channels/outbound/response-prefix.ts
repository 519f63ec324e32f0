/** What a prefix may speak of. */
export interface PrefixFacts {
  readonly provider?: string
  /** Without its provider. */
  readonly model?: string
  readonly thinkingLevel?: string
  /** What the agent is called. */
  readonly identityName?: string
}

const VARIABLE = /\{\s*(model|modelFull|provider|thinkingLevel|identity\.name)\s*\}/giu

/**
 * `messages.responsePrefix` and its like, for one answer. `auto` is the agent's name in brackets, or nothing where it has
 * none. Variables without a value, and words in braces that are no variables, stand as they were written.
 */
export function responsePrefixOf(written: string, facts: PrefixFacts): string {
  if (written === 'auto') return facts.identityName === undefined ? '' : `[${facts.identityName}]`
  const values: Readonly<Record<string, string | undefined>> = {
    model: facts.model,
    modelfull:
      facts.provider === undefined || facts.model === undefined ? facts.model : `${facts.provider}/${facts.model}`,
    provider: facts.provider,
    thinkinglevel: facts.thinkingLevel,
    'identity.name': facts.identityName,
  }
  return written.replace(VARIABLE, (whole, name: string) => values[name.toLowerCase()] ?? whole)
}
