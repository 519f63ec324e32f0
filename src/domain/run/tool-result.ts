/** Longest text of a tool result that clients are shown, in characters. */
const MAX_TEXT_CHARS = 8_000

/** A tool's result as clients see it: long texts are cut, pictures only named by their size. */
export function shownToolResult(result: unknown): unknown {
  if (typeof result === 'string') return result.slice(0, MAX_TEXT_CHARS)
  if (typeof result !== 'object' || result === null) return result
  const { content } = result as { content?: unknown }
  return Array.isArray(content) ? { ...result, content: content.map(shownBlock) } : result
}

function shownBlock(block: unknown): unknown {
  if (typeof block !== 'object' || block === null) return block
  const { type, text, data, ...rest } = block as Record<string, unknown>
  if (type === 'text' && typeof text === 'string') return { ...block, text: text.slice(0, MAX_TEXT_CHARS) }
  if (type === 'image' && typeof data === 'string') {
    return { type, ...rest, bytes: Math.floor((data.length * 3) / 4), omitted: true }
  }
  return block
}
