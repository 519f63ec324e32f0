import type { TranscriptMessage } from './transcript.js'

/** Author of what no model wrote. */
export const GATEWAY_AUTHOR = 'gateway-injected'

/**
 * The conversation as it concerns a model: without the gateway's answers to commands, which it would take for its own
 * words. What somebody put into the conversation on purpose stays; such entries answer no message and have no key.
 */
export function withoutCommands(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  return messages.some(answersCommand) ? messages.filter((message) => !answersCommand(message)) : messages
}

function answersCommand(message: TranscriptMessage): boolean {
  return message.role === 'assistant' && message.model === GATEWAY_AUTHOR && message.idempotencyKey !== undefined
}
