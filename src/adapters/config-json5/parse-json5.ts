import JSON5 from 'json5'

/** The value of a JSON5 text. Throws SyntaxError with line and column. */
export function parseJson5(text: string): unknown {
  return JSON5.parse<unknown>(text)
}
