/** A piece of a message. Text, what the model thought, a tool it called, or a picture. */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }

export type StopReason = 'stop' | 'length' | 'toolUse' | 'error' | 'aborted'

/** Tokens of one model call or one run. */
export interface TokenUsage {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly total: number
}

export interface UserMessage {
  readonly role: 'user'
  readonly content: readonly ContentBlock[]
  readonly timestamp: number
  readonly provenance?: {
    readonly kind: string
    readonly sourceSessionKey?: string
    readonly sourceChannel?: string
    readonly sourceTool?: string
  }
}

export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: readonly ContentBlock[]
  readonly timestamp: number
  readonly api?: string
  readonly provider?: string
  readonly model?: string
  readonly stopReason?: StopReason
  readonly errorMessage?: string
  readonly idempotencyKey?: string
  readonly usage?: TokenUsage
  /** Present on the partial answer of an aborted run. */
  readonly abort?: { readonly aborted: true; readonly origin: string; readonly runId: string }
}

export interface ToolResultMessage {
  readonly role: 'toolResult'
  readonly toolCallId: string
  readonly toolName: string
  readonly content: readonly ContentBlock[]
  readonly isError: boolean
  readonly timestamp: number
}

/** A divider: everything before it was summarised or cut. */
export interface SystemMessage {
  readonly role: 'system'
  readonly kind: 'compaction'
  readonly content: readonly ContentBlock[]
  readonly timestamp: number
}

export type TranscriptMessage = UserMessage | AssistantMessage | ToolResultMessage | SystemMessage

/** One line of a transcript. */
export interface TranscriptEntry {
  /** Unique within the store. */
  readonly id: string
  readonly message: TranscriptMessage
}

/** All text blocks of a message, one after the other. */
export function textOf(message: { readonly content: readonly ContentBlock[] }): string {
  let text = ''
  for (const block of message.content) if (block.type === 'text') text += text === '' ? block.text : `\n${block.text}`
  return text
}
