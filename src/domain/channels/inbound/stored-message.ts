import type { Attachment } from '../../run/run.js'
import type { ChatPlace, ChatSender, Mention } from '../chat.js'
import type { CommandRights } from '../command-rights.js'

/** A line that somebody wrote in a group and that was not answered. */
export interface ContextLine {
  readonly sender: string
  readonly text: string
  /** Unix ms. */
  readonly sentAt: number
}

/** A message that was taken: all that is needed to answer it after a crash. */
export interface StoredMessage {
  readonly channel: string
  readonly accountId: string
  readonly messageId: string
  readonly place: ChatPlace
  readonly sender: ChatSender
  readonly text: string
  /** Unix ms. */
  readonly sentAt: number
  readonly mention: Mention
  readonly wasMentioned: boolean
  /** What the sender might do when it was taken; absent = only talk. */
  readonly rights?: CommandRights
  readonly replyTo?: {
    readonly messageId: string
    readonly text?: string
    readonly senderName?: string
    readonly isOurs: boolean
  }
  readonly chatName?: string
  readonly guildId?: string
  readonly teamId?: string
  /** Pictures, for the model. */
  readonly attachments?: readonly Attachment[]
  /** What else came with it, a line each. */
  readonly files?: readonly string[]
  /** What was said before in the group, oldest first. */
  readonly context?: readonly ContextLine[]
}

/** Names a message among all that were ever taken. */
export function storedMessageId({
  channel,
  accountId,
  place,
  messageId,
}: Pick<StoredMessage, 'channel' | 'accountId' | 'place' | 'messageId'>): string {
  return [channel, accountId, chatKeyOf(place), messageId].map(encodeURIComponent).join(':')
}

/** Names a chat within an account. */
export function chatKeyOf({ kind, chatId, branch }: ChatPlace): string {
  return branch === undefined ? `${kind}/${chatId}` : `${kind}/${chatId}/${branch.kind}/${branch.id}`
}
