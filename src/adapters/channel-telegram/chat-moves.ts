/** Groups that became supergroups: they have a new id, and the old one is dead. */
export class ChatMoves {
  readonly #tell: (from: string, to: string) => Promise<void>
  readonly #moves = new Map<string, { readonly to: string; readonly told: Promise<void> }>()

  /** @param tell makes a move known; may be called again when it has failed */
  constructor(tell: (from: string, to: string) => Promise<void>) {
    this.#tell = tell
  }

  /** Resolves when the move is known to everybody. Telegram tells each in both chats; the second is no news. */
  async move(from: string, to: string): Promise<void> {
    const known = this.#moves.get(from)
    if (known?.to === to) return known.told
    const told = this.#tell(from, to)
    this.#moves.set(from, { to, told })
    try {
      await told
    } catch (thrown) {
      this.#moves.delete(from)
      throw thrown
    }
  }

  /** The id under which the chat is reached now. */
  current(chatId: string): string {
    return this.#moves.get(chatId)?.to ?? chatId
  }
}
