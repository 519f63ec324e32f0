import type { LanguageModelV3Message, LanguageModelV3Prompt } from '@ai-sdk/provider'
import type { Attachment } from '../../domain/run/run.js'
import { soundHistory } from '../../domain/session/hygiene.js'
import { type ProviderKind, providerRules } from '../../domain/session/hygiene-rules.js'
import {
  type ContentBlock,
  type ToolResultMessage,
  type TranscriptMessage,
  textOf,
} from '../../domain/session/transcript.js'

type UserContent = Extract<LanguageModelV3Message, { role: 'user' }>['content']
type AssistantContent = Extract<LanguageModelV3Message, { role: 'assistant' }>['content']
type ToolResultPart = Extract<Extract<LanguageModelV3Message, { role: 'tool' }>['content'][number], { output: unknown }>
type ResultContent = Extract<ToolResultPart['output'], { type: 'content' }>['value']

/** Everything a prompt is made of. */
export interface PromptSources {
  readonly api: ProviderKind
  /** Empty = none. */
  readonly system: string
  /** Oldest first. */
  readonly history: readonly TranscriptMessage[]
  /** Null: the history ends with what is to be answered. */
  readonly message: string | null
  readonly attachments?: readonly Attachment[]
  /** Whether the model sees pictures; without, a note stands in their place. */
  readonly images: boolean
}

const NOTHING_SAID = '[The message was empty.]'

/** A conversation in the SDK's words, made sound for the dialect first; calls and their results stay side by side. */
export function transcriptPrompt(sources: PromptSources): LanguageModelV3Prompt {
  const rules = providerRules(sources.api, sources.images)
  const sound = soundHistory([...sources.history, ...question(sources)], rules)
  const prompt: LanguageModelV3Prompt = []
  const system = sources.system.toWellFormed().trim()
  if (system !== '') prompt.push({ role: 'system', content: system })
  if (sound.length === 0) prompt.push({ role: 'user', content: [{ type: 'text', text: NOTHING_SAID }] })
  for (const message of sound) {
    if (message.role === 'user') prompt.push({ role: 'user', content: message.content.flatMap(userPart) })
    else if (message.role === 'assistant')
      prompt.push({ role: 'assistant', content: message.content.flatMap(assistantPart) })
    else if (message.role === 'toolResult') addResult(prompt, message)
  }
  return prompt
}

function question({ message, attachments = [] }: PromptSources): TranscriptMessage[] {
  if (message === null) return []
  const pictures = attachments.map(({ mimeType, data }): ContentBlock => ({ type: 'image', mimeType, data }))
  const text = message.trim() === '' && pictures.length === 0 ? NOTHING_SAID : message
  return [{ role: 'user', content: [{ type: 'text', text }, ...pictures], timestamp: 0 }]
}

function userPart(block: ContentBlock): UserContent {
  if (block.type === 'text') return [{ type: 'text', text: block.text }]
  return block.type === 'image' ? [{ type: 'file', mediaType: block.mimeType, data: block.data }] : []
}

function assistantPart(block: ContentBlock): AssistantContent {
  if (block.type === 'text') return [{ type: 'text', text: block.text }]
  if (block.type !== 'toolCall') return []
  return [{ type: 'tool-call', toolCallId: block.id, toolName: block.name, input: block.arguments }]
}

/** Results of one answer go into one message. */
function addResult(prompt: LanguageModelV3Prompt, message: ToolResultMessage): void {
  const { toolCallId, toolName } = message
  const part: ToolResultPart = { type: 'tool-result', toolCallId, toolName, output: outputOf(message) }
  const last = prompt.at(-1)
  if (last?.role === 'tool') last.content.push(part)
  else prompt.push({ role: 'tool', content: [part] })
}

function outputOf(message: ToolResultMessage): ToolResultPart['output'] {
  if (message.isError) return { type: 'error-text', value: textOf(message) }
  if (message.content.every((block) => block.type === 'text')) return { type: 'text', value: textOf(message) }
  return { type: 'content', value: message.content.flatMap(resultPart) }
}

function resultPart(block: ContentBlock): ResultContent {
  if (block.type === 'text') return [{ type: 'text', text: block.text }]
  return block.type === 'image' ? [{ type: 'image-data', data: block.data, mediaType: block.mimeType }] : []
}
