import type { TranscriptMessage } from './transcript.js'

/**
 * Whether a turn begins here: a user's message that follows neither another one nor the result of a tool. Behind a
 * result the user speaks while a run is under way, and that belongs to the run's turn.
 */
export function beginsTurn(messages: readonly TranscriptMessage[], index: number): boolean {
  const before = messages[index - 1]?.role
  return messages[index]?.role === 'user' && before !== 'user' && before !== 'toolResult'
}
