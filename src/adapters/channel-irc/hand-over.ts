import type { InboundMessage } from '../../application/ports/channel.js'
import type { Clock, Timer } from '../../application/ports/clock.js'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000
/** IRC keeps nothing for us, so what cannot be handed over is kept here, up to this many. */
const MOST_WAITING = 1_000

interface Chat {
  readonly waiting: InboundMessage[]
  refusals: number
  retry?: Timer
  turn?: Promise<void>
}

/** Hands messages over, those of one chat one after the other; what is refused is offered again. */
export class HandOver {
  readonly #receive: (message: InboundMessage) => Promise<void>
  readonly #clock: Clock
  readonly #lost: (count: number) => void
  readonly #chats = new Map<string, Chat>()
  #isOpen = true
  #waiting = 0

  /** @param lost told how many messages nobody will see, because too many waited or the account stopped */
  constructor(receive: (message: InboundMessage) => Promise<void>, clock: Clock, lost: (count: number) => void) {
    this.#receive = receive
    this.#clock = clock
    this.#lost = lost
  }

  add(message: InboundMessage): void {
    if (!this.#isOpen) return
    if (this.#waiting >= MOST_WAITING) {
      this.#lost(1)
      return
    }
    const key = `${message.place.kind} ${message.place.chatId}`
    const chat: Chat = this.#chats.get(key) ?? { waiting: [], refusals: 0 }
    this.#chats.set(key, chat)
    chat.waiting.push(message)
    this.#waiting++
    if (chat.turn === undefined && chat.retry === undefined) this.#begin(key, chat)
  }

  /** Resolves when nothing is being handed over any more. */
  async close(): Promise<void> {
    this.#isOpen = false
    const chats = [...this.#chats.values()]
    for (const { retry } of chats) retry?.cancel()
    await Promise.all(chats.map(({ turn }) => turn))
    if (this.#waiting > 0) this.#lost(this.#waiting)
    this.#waiting = 0
    this.#chats.clear()
  }

  #begin(key: string, chat: Chat): void {
    delete chat.retry
    chat.turn = this.#offer(key, chat)
  }

  async #offer(key: string, chat: Chat): Promise<void> {
    for (let next = chat.waiting[0]; next !== undefined && this.#isOpen; next = chat.waiting[0]) {
      try {
        await this.#receive(next)
      } catch {
        this.#offerLater(key, chat)
        return
      }
      chat.refusals = 0
      chat.waiting.shift()
      this.#waiting--
    }
    if (this.#isOpen) this.#chats.delete(key)
  }

  #offerLater(key: string, chat: Chat): void {
    delete chat.turn
    if (!this.#isOpen) return
    const wait = Math.min(FIRST_WAIT_MS * 2 ** chat.refusals, LONGEST_WAIT_MS)
    chat.refusals++
    chat.retry = this.#clock.after(wait, () => this.#begin(key, chat))
  }
}
