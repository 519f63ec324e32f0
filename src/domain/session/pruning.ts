import type { ContentBlock, ToolResultMessage, TranscriptMessage } from './transcript.js'

/** `agents.defaults.contextPruning`, when its mode is `cache-ttl`. */
export interface PruningRules {
  /** How long a provider remembers a request that it read, in milliseconds. */
  readonly ttlMs: number
  /** What stands behind the last this many answers is left whole. */
  readonly keepLastAssistants: number
  /** Results with fewer characters stay whole. */
  readonly minPrunableToolChars: number
}

/** Longer texts of results that are cut keep their beginning and end. */
const WHOLE_CHARS = 4_000
const KEPT_CHARS = 1_500

/**
 * A request with old results of tools cut; the transcript keeps them. What a provider has in its cache is cheap and stays
 * as it is, so only what stands before the last pause of `ttlMs` is cut: the cache has forgotten that by then. Requests
 * without another such pause between them are cut alike, so that what comes next is found in the cache again.
 * @param now when the request is made, Unix milliseconds
 */
export function prunedHistory(
  messages: readonly TranscriptMessage[],
  rules: PruningRules,
  now: number,
): readonly TranscriptMessage[] {
  const end = startOfKept(messages.slice(0, lastPause(messages, rules.ttlMs, now)), rules.keepLastAssistants)
  if (end === 0) return messages
  return messages.map((message, index) => {
    const isLong = index < end && message.role === 'toolResult' && sizeOf(message) >= rules.minPrunableToolChars
    return isLong ? pruned(message) : message
  })
}

/** How many messages stand before the last pause; the time until the request counts too. */
function lastPause(messages: readonly TranscriptMessage[], ttlMs: number, now: number): number {
  let next = now
  for (let at = messages.length - 1; at >= 0; at--) {
    const { timestamp } = messages[at] as TranscriptMessage
    if (next - timestamp >= ttlMs) return at + 1
    next = timestamp
  }
  return 0
}

/** Where the last `count` answers begin; without so many, nothing is old. */
function startOfKept(messages: readonly TranscriptMessage[], count: number): number {
  if (count <= 0) return messages.length
  let left = count
  for (let at = messages.length - 1; at >= 0; at--) {
    if (messages[at]?.role === 'assistant') left -= 1
    if (left === 0) return at
  }
  return 0
}

function pruned(message: ToolResultMessage): ToolResultMessage {
  return { ...message, content: message.content.map(prunedBlock) }
}

function prunedBlock(block: ContentBlock): ContentBlock {
  if (block.type === 'image') return { type: 'text', text: `[Old picture, ${block.mimeType}, is not shown again.]` }
  if (block.type !== 'text' || block.text.length <= WHOLE_CHARS) return block
  const { text } = block
  const cut = text.length - 2 * KEPT_CHARS
  const note = `[${cut} characters of this old result are not shown again.]`
  return { type: 'text', text: `${text.slice(0, KEPT_CHARS)}\n${note}\n${text.slice(-KEPT_CHARS)}` }
}

/** Characters that cutting could take away. */
function sizeOf(message: ToolResultMessage): number {
  let chars = 0
  for (const block of message.content) {
    if (block.type === 'text') chars += block.text.length
    else if (block.type === 'image') chars += block.data.length
  }
  return chars
}
