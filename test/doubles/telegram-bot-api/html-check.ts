const TAGS = new Set(['b', 'i', 'u', 's', 'a', 'code', 'pre', 'blockquote', 'tg-spoiler'])
const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' }

/** What people see of the HTML of the Bot API; null when Telegram would refuse it. */
export function readHtml(html: string): string | null {
  const open: string[] = []
  let text = ''
  for (const [piece] of html.matchAll(/<[^>]*>|[^<]+|</g)) {
    if (!piece.startsWith('<')) {
      text += piece
      continue
    }
    const [, slash, tag = ''] = /^<(\/?)([\w-]+)(?: [\w-]+="[^"<>]*")?>$/.exec(piece) ?? []
    if (!TAGS.has(tag)) return null
    if (slash === '/' && open.pop() !== tag) return null
    if (slash === '' && tag === 'blockquote' && open.includes(tag)) return null
    if (slash === '') open.push(tag)
  }
  if (open.length > 0 || text.includes('>')) return null
  return text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)
}
