import type { ContentBlock, TranscriptMessage } from './transcript.js'

/** What a picture costs in most models, whatever its size on disk. */
const IMAGE_TOKENS = 1_500
/** Role, names and separators of a message. */
const MESSAGE_TOKENS = 4
/** Characters of Latin text that make a token. */
const CHARS_PER_TOKEN = 4
const BEYOND_LATIN = /[\u0250-\uffff]/

/** About how many tokens a message takes in a request; never too few by much. Thoughts are not sent. */
export function messageTokens(message: TranscriptMessage): number {
  let tokens = MESSAGE_TOKENS
  for (const block of message.content) tokens += blockTokens(block)
  return tokens
}

/** About how many tokens a list takes. Sums up: what is added later costs what it costs alone. */
export function historyTokens(messages: readonly TranscriptMessage[]): number {
  let tokens = 0
  for (const message of messages) tokens += messageTokens(message)
  return tokens
}

/**
 * About how many tokens the next request takes: what the provider counted for the last answer, and what came behind it.
 * Counted ones know of the system prompt and of tools too, which an estimate does not.
 * Numbers from before a compaction say nothing about what is left.
 */
export function contextTokens(messages: readonly TranscriptMessage[]): number {
  const divider = messages.findLastIndex((message) => message.role === 'system')
  const since = divider === -1 ? 0 : (messages[divider]?.timestamp ?? 0)
  let behind = 0
  for (let at = messages.length - 1; at >= Math.max(0, divider); at--) {
    const message = messages[at] as TranscriptMessage
    const counted = message.role === 'assistant' && message.timestamp > since ? (message.usage?.total ?? 0) : 0
    if (counted > 0) return counted + behind
    behind += messageTokens(message)
  }
  return behind
}

/** About how many tokens a text takes: a quarter of its letters, and more for scripts whose signs carry more. */
export function textTokens(text: string): number {
  let quarters = text.length
  if (!BEYOND_LATIN.test(text)) return Math.ceil(quarters / CHARS_PER_TOKEN)
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x250) quarters += unit < 0x2e80 ? 1 : 3
  }
  return Math.ceil(quarters / CHARS_PER_TOKEN)
}

function blockTokens(block: ContentBlock): number {
  switch (block.type) {
    case 'text':
      return textTokens(block.text)
    case 'toolCall':
      return textTokens(`${block.name}${JSON.stringify(block.arguments) ?? ''}`)
    case 'image':
      return IMAGE_TOKENS
    case 'thinking':
      return 0
  }
}
