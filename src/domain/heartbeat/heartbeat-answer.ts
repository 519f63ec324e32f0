/** What an agent answers when nothing needs attention. */
export const HEARTBEAT_OK = 'HEARTBEAT_OK'

const AT_THE_BEGINNING = /^\s*[*_`<>]*HEARTBEAT_OK[*_`<>.!]*/
const AT_THE_END = /[*_`<>]*HEARTBEAT_OK[*_`<>.!]*\s*$/

/**
 * What people are to read of the answer to a heartbeat; null = nothing, because the token says that all is well and at
 * most `ackMaxChars` more characters stand beside it.
 */
export function newsOfAnswer(text: string, ackMaxChars: number): string | null {
  const hasToken = AT_THE_BEGINNING.test(text) || AT_THE_END.test(text)
  if (!hasToken) return text.trim()
  const rest = text.replace(AT_THE_BEGINNING, '').replace(AT_THE_END, '').trim()
  return rest.length <= ackMaxChars ? null : rest
}

/** Whether HEARTBEAT.md asks for anything: headings, comments, empty lines and empty items do not. */
export function isIdleList(text: string): boolean {
  const lines = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '').split('\n')
  return lines.every((line) => /^\s*(?:#{1,6}(?:\s.*)?|[-*+]\s*(?:\[[ xX]?\])?)?\s*$/.test(line))
}
