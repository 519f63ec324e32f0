import type { GatewayConfig } from '../../config/config.js'

type BlockRules = GatewayConfig['agents']['defaults']['blockStreamingChunk']

/**
 * How much of what a model has written can be sent as a block of its own: up to a break, once there is enough, and
 * never ending inside a code block unless that grows far beyond a block. 0 = nothing yet.
 */
export function ripeLength(unsaid: string, { minChars, maxChars, breakPreference }: BlockRules): number {
  if (unsaid.length < minChars) return 0
  const window = unsaid.slice(0, maxChars)
  for (const end of breaksOf(window, breakPreference)) {
    if (end >= minChars && !endsInCode(unsaid.slice(0, end))) return end
  }
  if (unsaid.length < maxChars) return 0
  const last = Math.max(window.lastIndexOf('\n'), window.lastIndexOf(' ')) + 1
  if (!endsInCode(window.slice(0, last))) return last > 0 ? last : withoutHalf(window).length
  return unsaid.length > maxChars * 3 ? endOfCode(unsaid, maxChars) : 0
}

/** Ends of what is complete, the last first; what people prefer before what is nearly as good. */
function breaksOf(text: string, preference: BlockRules['breakPreference']): readonly number[] {
  const paragraphs = endsOf(text, /\n[ \t]*\n/gu)
  if (preference === 'paragraph') return paragraphs
  const lines = endsOf(text, /\n/gu)
  if (preference === 'newline') return [...paragraphs, ...lines]
  return [...paragraphs, ...lines, ...endsOf(text, /[.!?]["')\]]?\s/gu)]
}

function endsOf(text: string, breaks: RegExp): readonly number[] {
  return [...text.matchAll(breaks)].map((match) => match.index + match[0].length).reverse()
}

function endsInCode(text: string): boolean {
  return (text.match(/^[ \t]*```/gmu)?.length ?? 0) % 2 === 1
}

function endOfCode(text: string, maxChars: number): number {
  const line = text.lastIndexOf('\n', maxChars * 3)
  return line > 0 ? line + 1 : withoutHalf(text.slice(0, maxChars * 3)).length
}

/** Never half of a character. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/u.test(text) ? text.slice(0, -1) : text
}
