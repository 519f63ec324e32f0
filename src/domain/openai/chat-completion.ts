import type { ClientToolCall } from '../run/answer-settings.js'
import type { TokenUsage } from '../session/transcript.js'

/** How an answer ended. */
export interface ChatEnd {
  readonly text: string
  readonly calls: readonly ClientToolCall[]
  readonly stopReason: 'stop' | 'length' | 'toolUse'
  readonly usage: TokenUsage | null
}

/** What all objects of one completion have in common. */
export interface ChatHead {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  /** As the caller wrote it. */
  readonly model: string
}

const FINISH_REASONS = { stop: 'stop', length: 'length', toolUse: 'tool_calls' } as const

/** A whole answer, as `POST /v1/chat/completions` gives it. */
export function chatCompletion(head: ChatHead, end: ChatEnd) {
  const { text, calls, stopReason, usage } = end
  const toolCalls = calls.length === 0 ? {} : { tool_calls: calls.map(toolCall) }
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...toolCalls,
  }
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH_REASONS[stopReason] }],
    usage: usageOf(usage),
  }
}

/** The pieces of a streamed answer, in the order they are sent. */
export class ChatChunks {
  /** What all pieces begin with, as JSON without its end. */
  readonly #head: string
  readonly #includesUsage: boolean

  /** @param includesUsage a last piece tells what the answer took */
  constructor({ id, created, model }: ChatHead, includesUsage: boolean) {
    this.#head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)
    this.#includesUsage = includesUsage
  }

  begin(): string {
    return this.#chunk('{"role":"assistant","content":""}', null)
  }

  text(delta: string): string {
    return this.#chunk(`{"content":${JSON.stringify(delta)}}`, null)
  }

  /** Everything that follows the last word. */
  end({ calls, stopReason, usage }: ChatEnd): readonly string[] {
    const asked = calls.map((call, index) =>
      this.#chunk(JSON.stringify({ tool_calls: [{ index, ...toolCall(call) }] }), null),
    )
    const last = this.#chunk('{}', FINISH_REASONS[stopReason])
    const told = `${this.#head},"choices":[],"usage":${JSON.stringify(usageOf(usage))}}`
    return [...asked, last, ...(this.#includesUsage ? [told] : []), '[DONE]']
  }

  /** @param delta as JSON; put together by hand, since there is one for every few letters of every answer */
  #chunk(delta: string, finishReason: string | null): string {
    const reason = finishReason === null ? 'null' : `"${finishReason}"`
    const choice = `{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}`
    return `${this.#head},"choices":[${choice}]${this.#includesUsage ? ',"usage":null' : ''}}`
  }
}

function toolCall({ id, name, arguments: given }: ClientToolCall) {
  return { id, type: 'function', function: { name, arguments: given } }
}

function usageOf(usage: TokenUsage | null) {
  const { input = 0, output = 0, total = 0, cacheRead = 0 } = usage ?? {}
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total,
    prompt_tokens_details: { cached_tokens: cacheRead },
  }
}
