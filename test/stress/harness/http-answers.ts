/** The statuses of all answers in a text, whatever their bodies are; null when it is not HTTP from the first byte on. */
export function statusesIn(text: string): readonly number[] | null {
  if (text === '') return []
  if (!/^HTTP\/1\.[01] \d{3} /.test(text)) return null
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status))
}

/**
 * How many of the answers to these methods have arrived completely. Bodies must tell their length, as ours do.
 * Throws when what arrived is not HTTP.
 */
export function completeAnswers(text: string, methods: readonly string[]): number {
  let rest = text
  for (const [index, method] of methods.entries()) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return index
    const head = rest.slice(0, end)
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
    if (length === undefined && method !== 'HEAD') throw new Error(`an answer that does not tell its length: ${head}`)
    const whole = end + 4 + (method === 'HEAD' ? 0 : Number(length))
    if (rest.length < whole) return index
    rest = rest.slice(whole)
  }
  if (rest !== '') throw new Error(`more than was asked for: ${rest.slice(0, 200)}`)
  return methods.length
}
