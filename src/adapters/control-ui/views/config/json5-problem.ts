import { config } from '../../strings/en/config.js'

/** Why a text is no JSON5 object, with its place; empty when it is one. The reader is loaded with the first text. */
export async function json5Problem(text: string): Promise<string> {
  const { default: json5 } = await import('json5')
  try {
    const value: unknown = json5.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? '' : config.mustBeObject
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    return thrown.message.replace(/^JSON5: /, '')
  }
}
