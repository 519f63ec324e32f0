import { CallNames } from './hygiene-names.js'
import { CallResults, type ToolCallBlock, toolCallsOf } from './hygiene-results.js'
import type { ProviderRules } from './hygiene-rules.js'
import {
  type AssistantMessage,
  type ContentBlock,
  type SystemMessage,
  type ToolResultMessage,
  type TranscriptMessage,
  textOf,
} from './transcript.js'

/** What the model reads where a result never came. */
export const LOST_RESULT = "interrupted: the tool's result was lost"

const HISTORY_IS_CUT = '[Earlier messages are not shown.]'
const SUMMARY_HEAD = '[Summary of the earlier conversation]'
const GO_ON = '[Please go on.]'
const NO_OUTPUT = '(no output)'

/**
 * A message list that the provider accepts, whatever happened to the conversation. `messages` is everything the model
 * is to read, what it is to answer included.
 *
 * Of a compacted conversation the last divider, as the user's words, and what follows it remain. The list begins with a
 * user's message and ends with one or with results; user and assistant never follow their like; no message and no text
 * is blank; each call is answered exactly once, right behind its message and in its order, and no result stands alone;
 * ids are unique and, like names, of characters and a length that the provider takes. Thoughts are left out: providers
 * take back only thoughts that they signed themselves. What went wrong in a run is left out, what was said stays.
 *
 * Pure, and applied to its own result it changes nothing. Nothing in, nothing out.
 */
export function soundHistory(
  messages: readonly TranscriptMessage[],
  rules: ProviderRules,
): readonly TranscriptMessage[] {
  const shown = sinceLastDivider(messages)
  const results = new CallResults(shown)
  const sound = new SoundMessages(rules)
  shown.forEach((message, index) => {
    if (message.role === 'user') sound.user(userContent(message.content, rules), message.timestamp)
    else if (message.role === 'system') sound.user(summaryContent(message), message.timestamp)
    else if (message.role === 'assistant') sound.assistant(message, (nth) => results.of(index, nth))
  })
  return sound.ended()
}

/** Grows a list in which no user or assistant follows its like. */
class SoundMessages {
  readonly #rules: ProviderRules
  readonly #names: CallNames
  readonly #messages: TranscriptMessage[] = []

  constructor(rules: ProviderRules) {
    this.#rules = rules
    this.#names = new CallNames(rules)
  }

  user(content: readonly ContentBlock[], timestamp: number): void {
    this.#say('user', content, timestamp)
  }

  /** Text goes before the calls: behind a call providers expect its result and nothing else. */
  assistant(message: AssistantMessage, resultOf: (nth: number) => ToolResultMessage | undefined): void {
    const { content, timestamp } = message
    const texts = content.flatMap((block) => (block.type === 'text' ? said(block.text) : unseenPicture(block)))
    const calls = this.#rules.tools ? toolCallsOf(content).map((call) => this.#named(call)) : []
    if (texts.length + calls.length === 0) return
    if (this.#messages.length === 0) this.user(said(HISTORY_IS_CUT), timestamp)
    this.#say('assistant', [...texts, ...calls], timestamp)
    calls.forEach((call, nth) => {
      this.#messages.push(answerTo(call, resultOf(nth), timestamp, this.#rules))
    })
  }

  ended(): readonly TranscriptMessage[] {
    const last = this.#messages.at(-1)
    if (last?.role === 'assistant') this.user(said(GO_ON), last.timestamp)
    return this.#messages
  }

  #say(role: 'user' | 'assistant', content: readonly ContentBlock[], timestamp: number): void {
    if (content.length === 0) return
    const last = this.#messages.at(-1)
    if (last?.role !== role) this.#messages.push({ role, content, timestamp })
    else this.#messages[this.#messages.length - 1] = { role, content: [...last.content, ...content], timestamp }
  }

  #named(call: ToolCallBlock): ToolCallBlock {
    return {
      type: 'toolCall',
      id: this.#names.idFor(call.id),
      name: this.#names.nameFor(call.name),
      arguments: argumentsOf(call),
    }
  }
}

function sinceLastDivider(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const at = messages.findLastIndex((message) => message.role === 'system')
  return at === -1 ? messages : messages.slice(at)
}

function summaryContent(message: SystemMessage): readonly ContentBlock[] {
  const text = textOf(message).trim()
  return said(text === '' ? HISTORY_IS_CUT : `${SUMMARY_HEAD}\n${text}`)
}

function userContent(blocks: readonly ContentBlock[], rules: ProviderRules): readonly ContentBlock[] {
  return blocks.flatMap((block) => {
    if (block.type === 'text') return said(block.text)
    if (block.type !== 'image' || block.data === '') return []
    return rules.images && isPicture(block) ? [block] : said(`[${block.mimeType} that this model cannot see]`)
  })
}

/** What a model painted cannot be handed back to it as its own words. */
function unseenPicture(block: ContentBlock): readonly ContentBlock[] {
  return block.type === 'image' ? said(`[${block.mimeType}]`) : []
}

function answerTo(
  call: ToolCallBlock,
  result: ToolResultMessage | undefined,
  calledAt: number,
  rules: ProviderRules,
): ToolResultMessage {
  const about = { role: 'toolResult', toolCallId: call.id, toolName: call.name } as const
  if (result === undefined) return { ...about, content: said(LOST_RESULT), isError: true, timestamp: calledAt }
  const { isError, timestamp } = result
  return { ...about, content: resultContent(result, rules), isError, timestamp }
}

/** Of a failure only the words are sent: no dialect marks pictures as an error. */
function resultContent({ content, isError }: ToolResultMessage, rules: ProviderRules): readonly ContentBlock[] {
  const texts = content.flatMap((block) => (block.type === 'text' ? said(block.text) : []))
  const pictures = content.filter((block) => block.type === 'image' && block.data !== '')
  const shown = rules.toolImages && !isError ? pictures.filter(isPicture) : []
  const hidden = pictures.length - shown.length
  const notes = hidden === 0 ? [] : said(`[Pictures that are not shown: ${hidden}]`)
  const all = [...texts, ...notes, ...shown]
  return all.length === 0 ? said(NO_OUTPUT) : all
}

function isPicture(block: ContentBlock): boolean {
  return block.type === 'image' && block.mimeType.startsWith('image/')
}

/** Calls take objects; anything else came from a model that stopped in the middle of one. */
function argumentsOf(call: ToolCallBlock): unknown {
  const given = call.arguments
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}
}

/** Blank text is nothing. An answer that was cut may end in half a character, which providers refuse as invalid JSON. */
function said(text: string): readonly ContentBlock[] {
  if (!/\S/.test(text)) return []
  return [{ type: 'text', text: text.isWellFormed() ? text : text.toWellFormed() }]
}
