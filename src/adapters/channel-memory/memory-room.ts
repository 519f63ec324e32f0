import type { ChatPlace, OutboundMessage } from '../../application/ports/channel.js'

/** A message as people on the network see it now. */
export interface ShownMessage extends OutboundMessage {
  readonly messageId: string
  /** How often its text was changed. */
  readonly edits: number
}

/** What people on a network that exists in memory see of one account. */
export class MemoryRoom {
  /** Oldest first. */
  readonly shown: ShownMessage[] = []
  readonly typing: ChatPlace[] = []
  readonly reactions: { readonly place: ChatPlace; readonly messageId: string; readonly emoji: string | null }[] = []

  /** Texts in the order they were first shown. */
  get texts(): readonly string[] {
    return this.shown.map(({ text }) => text)
  }

  /** Returns the id of the message. */
  show(message: OutboundMessage): string {
    const messageId = `out-${this.shown.length + 1}`
    this.shown.push({ ...message, messageId, edits: 0 })
    return messageId
  }

  /** False when there is no such message in that chat. */
  change(place: ChatPlace, messageId: string, text: string): boolean {
    const at = this.shown.findIndex((one) => one.messageId === messageId && one.place.chatId === place.chatId)
    const before = this.shown[at]
    if (before === undefined) return false
    this.shown[at] = { ...before, text, edits: before.edits + 1 }
    return true
  }
}
