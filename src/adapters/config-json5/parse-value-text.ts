import JSON5 from 'json5'

/** The value a text says by itself, as JSON5; null when it says none. */
export function parseValueText(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON5.parse(text) as unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
