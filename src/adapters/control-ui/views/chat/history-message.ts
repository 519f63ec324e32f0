/** A piece of a message as `chat.history` tells it. */
export type HistoryBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'image'; readonly mimeType: string; readonly bytes: number }

/** A message as `chat.history` tells it. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant' | 'toolResult' | 'system'
  readonly content: readonly HistoryBlock[]
  readonly timestamp: number
  readonly model?: string
  readonly stopReason?: string
  readonly errorMessage?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly isError?: boolean
}

/** All text of a message. */
export function textOf({ content }: Pick<HistoryMessage, 'content'>): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}
