import type { TokenUsage } from '../../domain/session/transcript.js'

/** What a chunk of a chat completion says, where it says nothing but text. */
export interface PlainChunk {
  readonly text: string
  readonly thinking: string
  readonly finish: 'stop' | 'length' | null
  readonly usage: TokenUsage | null
}

/**
 * Reads the data of one `chat.completion.chunk` event. Null when it holds anything beyond plain text, thoughts, a plain
 * finish and usage, or is no such chunk at all: tool calls, refusals, content parts, errors, several choices.
 * Fields that nobody knows are skipped.
 */
export function plainChunk(data: string): PlainChunk | null {
  const chunk = parsed(data)
  if (!isRecord(chunk) || 'error' in chunk || !Array.isArray(chunk.choices) || chunk.choices.length > 1) return null
  const usage = usageOf(chunk.usage)
  const choice: unknown = chunk.choices[0]
  if (choice === undefined) return { text: '', thinking: '', finish: null, usage }
  if (!isRecord(choice)) return null
  const finish = choice.finish_reason ?? null
  if (finish !== null && finish !== 'stop' && finish !== 'length') return null
  const delta = choice.delta ?? {}
  if (!isRecord(delta) || isPresent(delta.tool_calls) || isPresent(delta.refusal)) return null
  const text = delta.content ?? ''
  const thinking = delta.reasoning_content ?? delta.reasoning ?? ''
  if (typeof text !== 'string' || typeof thinking !== 'string') return null
  return { text, thinking, finish, usage }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

function usageOf(usage: unknown): TokenUsage | null {
  if (!isRecord(usage)) return null
  const input = numberOf(usage.prompt_tokens)
  const output = numberOf(usage.completion_tokens)
  const details = usage.prompt_tokens_details
  const cacheRead = isRecord(details) ? numberOf(details.cached_tokens) : 0
  return { input, output, total: input + output, ...(cacheRead === 0 ? {} : { cacheRead }) }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
