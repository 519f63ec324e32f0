import type { Mention } from './chat.js'

/** What tells that a message of a group is meant for the agent. */
export interface MentionSigns {
  /** As the network tells it. */
  readonly mention: Mention
  /** It answers one of our messages. */
  readonly isReplyToUs: boolean
  /** A pattern matches its text. */
  readonly isNamed: boolean
  /** It is a command, and the sender may give it. */
  readonly isAuthorisedCommand: boolean
  /** Whether there is any way to mention the agent: the network has mentions, or there are patterns. */
  readonly isMentionable: boolean
}

/** Whether a message of a group that asks for a mention is meant for the agent. */
export function passesMentionGate(signs: MentionSigns): boolean {
  if (signs.mention === 'us' || signs.isReplyToUs) return true
  if (signs.isNamed) return true
  return signs.isAuthorisedCommand && signs.mention !== 'other'
}
