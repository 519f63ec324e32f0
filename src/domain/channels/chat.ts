/** Where something is said, in the words of the network. */
export interface ChatPlace {
  readonly kind: 'direct' | 'group' | 'channel'
  /** The other side of a direct chat, else the chat itself. Stable, as the network writes ids. */
  readonly chatId: string
  /** A part of the chat with messages of its own; absent = the chat itself. */
  readonly branch?: { readonly kind: 'thread' | 'topic'; readonly id: string }
}

/** Who said something. */
export interface ChatSender {
  /** Stable id. */
  readonly id: string
  readonly name?: string
  /** Other spellings of the same person that an allow-list may use: `@name`, `nick!user@host`. */
  readonly aliases?: readonly string[]
  readonly isBot?: boolean
  /** Roles of the sender in this chat, where the network has them. */
  readonly roles?: readonly string[]
}

/** Whom a message speaks to, as far as the network tells: `other` = somebody else is mentioned, and we are not. */
export type Mention = 'us' | 'other' | 'none'
