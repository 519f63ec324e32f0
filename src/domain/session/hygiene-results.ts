import type { ContentBlock, ToolResultMessage, TranscriptMessage } from './transcript.js'

export type ToolCallBlock = Extract<ContentBlock, { type: 'toolCall' }>

interface Slot {
  result: ToolResultMessage | undefined
}

/**
 * Which result answers which call. A result belongs to the last message before it that called with its id; the first
 * one counts. So providers that count their calls from zero in every answer do not mix up old calls with new ones.
 */
export class CallResults {
  readonly #slots = new Map<number, readonly Slot[]>()

  constructor(messages: readonly TranscriptMessage[]) {
    const waiting = new Map<string, Slot[]>()
    messages.forEach((message, index) => {
      if (message.role === 'toolResult') {
        const slot = waiting.get(message.toolCallId)?.shift()
        if (slot !== undefined) slot.result = message
      } else if (message.role === 'assistant') {
        const calls = toolCallsOf(message.content)
        if (calls.length > 0) this.#slots.set(index, newSlots(calls, waiting))
      }
    })
  }

  /** The result of the `nth` call (from 0) of the message at `index`; undefined = it never came. */
  of(index: number, nth: number): ToolResultMessage | undefined {
    return this.#slots.get(index)?.[nth]?.result
  }
}

/** The calls of a message, in order. */
export function toolCallsOf(content: readonly ContentBlock[]): readonly ToolCallBlock[] {
  return content.filter((block): block is ToolCallBlock => block.type === 'toolCall')
}

function newSlots(calls: readonly ToolCallBlock[], waiting: Map<string, Slot[]>): readonly Slot[] {
  for (const { id } of calls) waiting.set(id, [])
  return calls.map(({ id }) => {
    const slot: Slot = { result: undefined }
    waiting.get(id)?.push(slot)
    return slot
  })
}
