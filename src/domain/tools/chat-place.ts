import { idOfKeyPart } from '../session/conversation-key-part.js'
import { parseAgentKey } from '../session/session-key.js'

/** Who wrote, as far as the channel tells. */
export interface ChatSender {
  readonly id?: string
  /** Telephone number, `+` and digits. */
  readonly e164?: string
  readonly username?: string
  readonly name?: string
}

/** A group chat or channel in which an agent answers. */
export interface ChatPlace {
  readonly channel: string
  readonly accountId?: string
  readonly chatId: string
  /** The server that the chat belongs to, on platforms that have those. */
  readonly guildId?: string
  readonly sender?: ChatSender
}

/** The group or channel a session key names; null for direct chats and everything else. */
export function placeOfKey(key: string): ChatPlace | null {
  const rest = parseAgentKey(key)?.rest ?? ''
  const match = /^([^:]+):(?:group|channel):([^:]+)/.exec(rest)
  if (match === null) return null
  return { channel: idOfKeyPart(match[1] as string), chatId: idOfKeyPart(match[2] as string) }
}
