import type { ContentBlock } from '../session/transcript.js'

/** Longest text of one result that a model is given, in characters. */
export const MAX_TOOL_TEXT_CHARS = 100_000

/** Keeps what one tool returned within the limit, and says what was cut. Pictures stay. */
export function limitedOutput(
  content: readonly ContentBlock[],
  maxChars = MAX_TOOL_TEXT_CHARS,
): readonly ContentBlock[] {
  const total = content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0)
  if (total <= maxChars) return content
  let left = maxChars
  const kept = content.flatMap((block): readonly ContentBlock[] => {
    if (block.type !== 'text') return [block]
    const text = beginning(block.text, left)
    left -= text.length
    return text === '' ? [] : [{ type: 'text', text }]
  })
  return [...kept, { type: 'text', text: `[cut: ${total - maxChars + left} of ${total} characters are not shown]` }]
}

/** Never cuts a character in two. */
function beginning(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const last = text.charCodeAt(maxChars - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxChars - 1 : maxChars)
}
