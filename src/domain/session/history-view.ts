import { withoutInboundPrefix } from './inbound-prefix.js'
import { stripReplyTags } from './reply-tags.js'
import type { AssistantMessage, ContentBlock, TranscriptEntry, TranscriptMessage } from './transcript.js'
import { utf8Length } from './utf8-length.js'

/** Sizes of `chat.history`, protocol v3. */
export const historyLimits = {
  /** Characters of one text field; more is cut and says so. */
  fieldChars: 12_000,
  /** Bytes of one message as JSON; a larger one is replaced by a note. */
  messageBytes: 131_072,
  /** Bytes of the whole array as JSON; the oldest messages go first. */
  totalBytes: 6_291_456,
  /** Messages when the caller names no number. */
  messages: 200,
} as const

/** Looked at before tags are taken out, so that huge texts cost no more than long ones. */
const INSPECTED_CHARS = historyLimits.fieldChars + 4_096

const CUT_MARK = '\n...(truncated)...'

/** Transcript entries as `chat.history` shows them: the JSON text of an array, oldest first, within all limits. */
export function historyJson(entries: readonly TranscriptEntry[]): string {
  const newestFirst: string[] = []
  let bytes = 2
  for (let at = entries.length - 1; at >= 0; at--) {
    const text = messageJson(entries[at] as TranscriptEntry)
    bytes += utf8Length(text) + (newestFirst.length === 0 ? 0 : 1)
    if (bytes > historyLimits.totalBytes) break
    newestFirst.push(text)
  }
  return `[${newestFirst.reverse().join(',')}]`
}

function messageJson(entry: TranscriptEntry): string {
  const text = JSON.stringify(historyMessage(entry))
  // A text of n units never takes more than 3n bytes.
  if (text.length * 3 <= historyLimits.messageBytes || utf8Length(text) <= historyLimits.messageBytes) return text
  const { role, timestamp } = entry.message
  return JSON.stringify({
    role,
    timestamp,
    content: [{ type: 'text', text: '[chat.history omitted: message too large]' }],
    ...marked({ truncated: true, reason: 'oversized' }),
  })
}

/** One entry as clients see it: no picture data, no costs, no signatures, no words that were meant for the model only. */
export function historyMessage({ id, message }: TranscriptEntry): Readonly<Record<string, unknown>> {
  const { role, timestamp } = message
  switch (message.role) {
    case 'user':
      return {
        role,
        content: blocksOf(message, withoutInboundPrefix),
        timestamp,
        ...(message.provenance === undefined ? {} : { provenance: message.provenance }),
      }
    case 'assistant':
      return { role, content: blocksOf(message), timestamp, ...assistantFacts(message) }
    case 'toolResult':
      return {
        role,
        toolCallId: message.toolCallId,
        toolName: message.toolName,
        content: blocksOf(message),
        isError: message.isError,
        timestamp,
      }
    case 'system':
      return {
        role,
        content: [{ type: 'text', text: 'Compaction' }],
        timestamp,
        ...marked({ kind: 'compaction', id }),
      }
  }
}

function assistantFacts(message: AssistantMessage): Readonly<Record<string, unknown>> {
  const { api, provider, model, stopReason, errorMessage, idempotencyKey, abort } = message
  return {
    ...(api === undefined ? {} : { api }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(stopReason === undefined ? {} : { stopReason }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(abort === undefined ? {} : { openclawAbort: abort, mayrosAbort: abort }),
  }
}

function blocksOf(message: TranscriptMessage, clean: (text: string) => string = (text) => text): readonly unknown[] {
  return message.content.map((block) => shownBlock(block, clean))
}

function shownBlock(block: ContentBlock, clean: (text: string) => string): unknown {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: shownText(block.text, clean) }
    case 'thinking':
      return { type: 'thinking', thinking: cut(block.thinking) }
    case 'toolCall': {
      const { id, name, arguments: args } = block
      return { type: 'toolCall', id, name, arguments: typeof args === 'string' ? cut(args) : args }
    }
    case 'image':
      return { type: 'image', mimeType: block.mimeType, omitted: true, bytes: base64Bytes(block.data) }
  }
}

function shownText(text: string, clean: (text: string) => string): string {
  const isInspectedWhole = text.length <= INSPECTED_CHARS
  const shown = stripReplyTags(clean(isInspectedWhole ? text : text.slice(0, INSPECTED_CHARS)))
  if (isInspectedWhole) return cut(shown)
  return shown.length > historyLimits.fieldChars ? cut(shown) : shown + CUT_MARK
}

/** Never cuts a character in two. */
function cut(text: string): string {
  const { fieldChars } = historyLimits
  if (text.length <= fieldChars) return text
  const last = text.charCodeAt(fieldChars - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? fieldChars - 1 : fieldChars
  return text.slice(0, end) + CUT_MARK
}

function base64Bytes(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0
  return Math.floor(((data.length - padding) * 3) / 4)
}

/** The browser UI reads the first name. */
function marked(mark: Readonly<Record<string, unknown>>) {
  return { __openclaw: mark, __mayros: mark }
}
