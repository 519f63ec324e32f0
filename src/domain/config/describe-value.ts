const LONGEST_SHOWN = 60

/** What somebody wrote, in words that follow "got". `shown` = false tells only type and length, for secrets. */
export function describeValue(value: unknown, shown: boolean): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (!shown) return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`
  if (typeof value !== 'string') return String(value)
  const characters = [...withoutUser(value)]
  return JSON.stringify(
    characters.length <= LONGEST_SHOWN ? characters.join('') : `${characters.slice(0, LONGEST_SHOWN).join('')}...`,
  )
}

/** Addresses may name a user and a password: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1 */
function withoutUser(text: string): string {
  return text.replace(/(\/\/)[^/?#\s]*@/g, '$1***@')
}
