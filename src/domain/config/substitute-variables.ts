/** Gives the value of an environment variable; undefined or empty where there is none. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A text after its references were replaced. */
export interface Substituted {
  readonly text: string
  /** Names of the variables that stand in it, in order, each once. */
  readonly names: readonly string[]
  /** Those of them that are not set or empty; their references stay as they are. */
  readonly missing: readonly string[]
}

const REFERENCE = /\$(\$\{[A-Z_][A-Z0-9_]*\})|\$\{([A-Z_][A-Z0-9_]*)\}/g

/**
 * Replaces `${NAME}` by the variable and `$${NAME}` by a literal `${NAME}`. Everything else that looks alike stays:
 * `$NAME`, `${name}`. What a variable says is not looked through again.
 */
export function substituteVariables(text: string, variables: Variables): Substituted {
  if (!text.includes('${')) return { text, names: [], missing: [] }
  const names = new Set<string>()
  const missing = new Set<string>()
  const replaced = text.replace(REFERENCE, (reference, literal: string | undefined, name: string) => {
    if (literal !== undefined) return literal
    names.add(name)
    const value = variableIn(variables, name)
    if (value === undefined) missing.add(name)
    return value ?? reference
  })
  return { text: replaced, names: [...names], missing: [...missing] }
}

/** The value of a variable; one that is empty counts as not set. */
export function variableIn(variables: Variables, name: string): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  return value === '' ? undefined : value
}
