import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import type { InputItem, InputPart } from '../../domain/openai/responses-input.js'
import type { Attachment } from '../../domain/run/run.js'
import type { ContentBlock, ToolResultMessage, TranscriptMessage } from '../../domain/session/transcript.js'
import { textOf } from '../../domain/session/transcript.js'
import type { CallTurn } from '../agent-calls/agent-call.js'

/** What an input means: rules, what was said before, and what is to be answered. */
export interface InputConversation {
  /** What `system` and `developer` messages say; empty = nothing. */
  readonly standing: string
  readonly earlier: readonly TranscriptMessage[]
  readonly turn: CallTurn
}

export interface InputContext {
  readonly contents: ReadonlyMap<InputPart, ContentBlock>
  /** Name of the tool for a call that is not among the items; null when nobody knows it. */
  nameOfCall(callId: string): string | null
  /** Unix ms. */
  readonly now: number
  /** Where the items stand in the body; absent = `input`. */
  readonly place?: string
}

type Item = Exclude<InputItem, { kind: 'reference' }>

/** The last question, or the last results of tools, are to be answered; everything in front of them was said before. */
export function conversationOfInput(items: readonly Item[], context: InputContext): InputConversation {
  const isRule = (item: Item) => item.kind === 'message' && item.role !== 'user' && item.role !== 'assistant'
  const rules = items.filter(isRule).flatMap((item) => ('parts' in item ? [textOf(message(item.parts, context))] : []))
  const messages = withJoinedAnswers(items.filter((item) => !isRule(item)).map((item) => told(item, items, context)))
  const last = messages.at(-1)?.role
  const start = messages.findLastIndex(({ role }) => role !== last) + 1
  const turn = turnOf(messages.slice(start), context.place ?? 'input')
  return { standing: rules.filter((rule) => rule.trim() !== '').join('\n\n'), earlier: messages.slice(0, start), turn }
}

function told(item: Item, items: readonly Item[], context: InputContext): TranscriptMessage {
  const timestamp = context.now
  switch (item.kind) {
    case 'message': {
      const { content } = message(item.parts, context)
      if (item.role !== 'assistant') return { role: 'user', content, timestamp }
      return { role: 'assistant', content, timestamp, stopReason: 'stop' }
    }
    case 'call': {
      const call = { type: 'toolCall', id: item.callId, name: item.name, arguments: parsed(item.arguments) } as const
      return { role: 'assistant', content: [call], timestamp, stopReason: 'toolUse' }
    }
    case 'result': {
      const { content } = message(item.parts, context)
      const asked = items.find((other) => other.kind === 'call' && other.callId === item.callId)
      const toolName = asked?.kind === 'call' ? asked.name : context.nameOfCall(item.callId)
      if (toolName === null) {
        const sentence = `No tool call found for function call output with call_id ${item.callId}.`
        throw new OpenAiRefusal('invalid_request', sentence, item.param)
      }
      return { role: 'toolResult', toolCallId: item.callId, toolName, content, isError: false, timestamp }
    }
  }
}

/** What an assistant said and what it asked for right after is one message. */
function withJoinedAnswers(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const joined: TranscriptMessage[] = []
  for (const next of messages) {
    const last = joined.at(-1)
    if (last?.role !== 'assistant' || next.role !== 'assistant') {
      joined.push(next)
      continue
    }
    const isAsking = last.stopReason === 'toolUse' || next.stopReason === 'toolUse'
    const content = [...last.content, ...next.content]
    joined[joined.length - 1] = { ...last, content, stopReason: isAsking ? 'toolUse' : 'stop' }
  }
  return joined
}

function turnOf(messages: readonly TranscriptMessage[], place: string): CallTurn {
  const results = messages.filter((one): one is ToolResultMessage => one.role === 'toolResult')
  if (results.length > 0) return { kind: 'tool-results', results }
  const questions = messages.filter(({ role }) => role === 'user')
  const text = questions.map((question) => textOf(question)).join('\n\n')
  const attachments = questions.flatMap(({ content }) => content.flatMap(attachmentOf))
  if (text.trim() === '' && attachments.length === 0) {
    throw new OpenAiRefusal('invalid_request', `Missing user message in \`${place}\`.`, place)
  }
  return { kind: 'message', text, attachments }
}

function attachmentOf(block: ContentBlock): readonly Attachment[] {
  return block.type === 'image' ? [{ mimeType: block.mimeType, data: block.data }] : []
}

function message(
  parts: readonly InputPart[],
  { contents }: InputContext,
): { readonly content: readonly ContentBlock[] } {
  return { content: parts.flatMap((part) => contents.get(part) ?? []) }
}

/** Models get arguments as an object; what cannot be read is handed on as it is. */
function parsed(json: string): unknown {
  if (json.trim() === '') return {}
  try {
    return JSON.parse(json) as unknown
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return json
    throw thrown
  }
}
