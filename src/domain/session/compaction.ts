import { beginsTurn } from './compaction-turns.js'
import { messageTokens } from './context-size.js'
import { toolCallsOf } from './hygiene-results.js'
import type { TranscriptMessage } from './transcript.js'

/** A conversation cut in two. */
export interface Cut<Message> {
  readonly older: readonly Message[]
  /** Begins with a user's message. */
  readonly tail: readonly Message[]
}

/**
 * Where to cut: the tail is the longest run of whole turns within `keepTokens`, and at least the last turn. A turn
 * begins with the user's message, and what tools returned belongs to its call, so no pair is ever split; results that
 * arrive behind the next question keep that question's turn together with the one before.
 * Null when nothing would be cut away but a summary, or there is no turn at all.
 * @param messageOf the message of an element
 */
export function cutForSummary<Element>(
  elements: readonly Element[],
  messageOf: (element: Element) => TranscriptMessage,
  keepTokens: number,
): Cut<Element> | null {
  const messages = elements.map(messageOf)
  let at = -1
  let tokens = 0
  for (const start of turnStarts(messages).reverse()) {
    const end = at === -1 ? messages.length : at
    for (let index = start; index < end; index++) tokens += messageTokens(messages[index] as TranscriptMessage)
    if (at !== -1 && tokens > keepTokens) break
    at = start
  }
  if (at === -1 || messages.slice(0, at).every((message) => message.role === 'system')) return null
  return { older: elements.slice(0, at), tail: elements.slice(at) }
}

/** Indexes of the first message of every turn at which a list may be cut, oldest first. */
function turnStarts(messages: readonly TranscriptMessage[]): number[] {
  const inside = insidePairs(messages)
  return messages.flatMap((_, index) => (beginsTurn(messages, index) && !inside.has(index) ? [index] : []))
}

/** Indexes that stand between a call and its result: a cut in front of them would part the two. */
function insidePairs(messages: readonly TranscriptMessage[]): ReadonlySet<number> {
  const inside = new Set<number>()
  /** How many calls of the latest message with this id wait for a result, and where it stands. */
  const waiting = new Map<string, { readonly at: number; left: number }>()
  messages.forEach((message, index) => {
    if (message.role === 'assistant') {
      for (const { id } of toolCallsOf(message.content)) {
        const known = waiting.get(id)
        if (known?.at === index) known.left += 1
        else waiting.set(id, { at: index, left: 1 })
      }
    }
    if (message.role !== 'toolResult') return
    const call = waiting.get(message.toolCallId)
    if (call === undefined || call.left === 0) return
    call.left -= 1
    for (let at = call.at + 1; at <= index; at++) inside.add(at)
  })
  return inside
}
