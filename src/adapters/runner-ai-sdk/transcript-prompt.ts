import type { LanguageModelV3Message, LanguageModelV3Prompt } from '@ai-sdk/provider'
import type { Attachment } from '../../domain/run/run.js'
import {
  type AssistantMessage,
  type ContentBlock,
  type SystemMessage,
  type ToolResultMessage,
  type TranscriptMessage,
  textOf,
} from '../../domain/session/transcript.js'
import { ToolCallNames } from './tool-call-names.js'

type UserContent = Extract<LanguageModelV3Message, { role: 'user' }>['content']
type AssistantContent = Extract<LanguageModelV3Message, { role: 'assistant' }>['content']
type ToolContent = Extract<LanguageModelV3Message, { role: 'tool' }>['content']
type ToolCallBlock = Extract<ContentBlock, { type: 'toolCall' }>

/** Everything a prompt is made of. */
export interface PromptSources {
  /** Empty = none. */
  readonly system: string
  /** Oldest first. */
  readonly history: readonly TranscriptMessage[]
  readonly message: string
  readonly attachments?: readonly Attachment[]
  /** Whether the model sees pictures; without, a note stands in their place. */
  readonly images: boolean
}

const INTERRUPTED = 'No result: the run was interrupted before this tool answered.'
const HISTORY_IS_CUT = '[Earlier messages are not shown.]'
const NOTHING_SAID = '[The message was empty.]'

/**
 * A prompt that every provider accepts, whatever happened to the conversation:
 * it ends with the user's message and begins with one; user and assistant messages never follow their like; no message
 * and no text is blank; each tool call is answered exactly once and at once, in a message of its own, and no answer
 * stands alone; call ids are unique and, like tool names, made of letters, digits, `_` and `-`.
 * Of a compacted conversation the last divider and what follows it remain. Thoughts are left out: providers take back
 * only thoughts that they signed themselves.
 */
export function transcriptPrompt(sources: PromptSources): LanguageModelV3Prompt {
  const turns = new Turns()
  const history = sinceLastDivider(sources.history)
  const results = new ToolResults(history)
  history.forEach((message, index) => {
    if (message.role === 'user') turns.user(userContent(message.content, sources.images))
    else if (message.role === 'system') turns.user(dividerContent(message))
    else if (message.role === 'assistant') turns.assistant(message, index, results)
  })
  const last = userContent(
    [{ type: 'text', text: sources.message }, ...(sources.attachments ?? []).map(attachmentBlock)],
    sources.images,
  )
  turns.user(last.length === 0 ? [{ type: 'text', text: NOTHING_SAID }] : last)
  return turns.prompt(sources.system)
}

/** Builds messages so that no two neighbours have the same role. */
class Turns {
  readonly #messages: LanguageModelV3Message[] = []
  readonly #names = new ToolCallNames()

  user(content: UserContent): void {
    if (content.length === 0) return
    const last = this.#messages.at(-1)
    if (last?.role === 'user') last.content.push(...content)
    else this.#messages.push({ role: 'user', content })
  }

  /** Text goes before the calls: after a call providers expect its result and nothing else. */
  assistant(message: AssistantMessage, index: number, results: ToolResults): void {
    const content: AssistantContent = message.content.flatMap((block) =>
      block.type === 'text' ? textPart(block.text) : [],
    )
    const answers: ToolContent = []
    for (const call of message.content.filter((block): block is ToolCallBlock => block.type === 'toolCall')) {
      const names = this.#names.namesFor(call.id, call.name)
      content.push({ type: 'tool-call', ...names, input: argumentsOf(call) })
      answers.push({ type: 'tool-result', ...names, output: outputOf(results.take(call.id, index)) })
    }
    if (content.length === 0) return
    if (this.#messages.length === 0) this.user([{ type: 'text', text: HISTORY_IS_CUT }])
    const last = this.#messages.at(-1)
    if (last?.role === 'assistant') last.content.push(...content)
    else this.#messages.push({ role: 'assistant', content })
    if (answers.length > 0) this.#messages.push({ role: 'tool', content: answers })
  }

  prompt(system: string): LanguageModelV3Prompt {
    const text = wellFormed(system).trim()
    return text === '' ? this.#messages : [{ role: 'system', content: text }, ...this.#messages]
  }
}

/** The results of a transcript, each given out once. The same call id may occur again later in a conversation. */
class ToolResults {
  readonly #waiting = new Map<string, { readonly index: number; readonly result: ToolResultMessage }[]>()

  constructor(history: readonly TranscriptMessage[]) {
    history.forEach((message, index) => {
      if (message.role !== 'toolResult') return
      const sameId = this.#waiting.get(message.toolCallId)
      if (sameId === undefined) this.#waiting.set(message.toolCallId, [{ index, result: message }])
      else sameId.push({ index, result: message })
    })
  }

  /** The first result of this id after the call. */
  take(toolCallId: string, callIndex: number): ToolResultMessage | undefined {
    const sameId = this.#waiting.get(toolCallId)
    const at = sameId?.findIndex((candidate) => candidate.index > callIndex) ?? -1
    return at === -1 ? undefined : sameId?.splice(at, 1)[0]?.result
  }
}

function sinceLastDivider(history: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const at = history.findLastIndex((message) => message.role === 'system')
  return at === -1 ? history : history.slice(at)
}

function dividerContent(message: SystemMessage): UserContent {
  const text = textOf(message).trim()
  return textPart(text === '' ? HISTORY_IS_CUT : `[Summary of the earlier conversation]\n${text}`)
}

function userContent(blocks: readonly ContentBlock[], images: boolean): UserContent {
  return blocks.flatMap((block): UserContent => {
    if (block.type === 'text') return textPart(block.text)
    if (block.type !== 'image' || block.data === '') return []
    if (!images || !block.mimeType.startsWith('image/'))
      return textPart(`[${block.mimeType} that this model cannot see]`)
    return [{ type: 'file', mediaType: block.mimeType, data: block.data }]
  })
}

function attachmentBlock(attachment: Attachment): ContentBlock {
  return { type: 'image', mimeType: attachment.mimeType, data: attachment.data }
}

function textPart(text: string): { type: 'text'; text: string }[] {
  return text.trim() === '' ? [] : [{ type: 'text', text: wellFormed(text) }]
}

/** Calls take objects; anything else came from a model that stopped in the middle of one. */
function argumentsOf(call: ToolCallBlock): unknown {
  const given = call.arguments
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}
}

function outputOf(result: ToolResultMessage | undefined): { type: 'text' | 'error-text'; value: string } {
  if (result === undefined) return { type: 'error-text', value: INTERRUPTED }
  const pictures = result.content.filter((block) => block.type === 'image').length
  const note = pictures === 0 ? '' : `[Pictures that are not shown again: ${pictures}]`
  const text = [wellFormed(textOf(result)), note].filter((line) => line.trim() !== '').join('\n')
  return { type: result.isError ? 'error-text' : 'text', value: text === '' ? '(no output)' : text }
}

/** An answer that was cut may end in half a character, which providers refuse as invalid JSON. */
function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}
