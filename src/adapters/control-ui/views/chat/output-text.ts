/** What a tool gave, as text: the text blocks of a result, or the value itself. */
export function outputText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  const { content } = value as { readonly content?: unknown }
  if (!Array.isArray(content)) return JSON.stringify(value, null, 2)
  return content.map((block: { readonly text?: string }) => block.text ?? JSON.stringify(block)).join('\n')
}
