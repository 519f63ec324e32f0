import type { Message, Update } from 'grammy/types'
import { ChannelFailure, type ChannelReceiver, type InboundMessage } from '../../application/ports/channel.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Log } from '../../application/ports/log.js'
import { messageOf } from '../../domain/failure.js'
import type { ChatMoves } from './chat-moves.js'
import { pause } from './pause.js'
import type { TelegramPace } from './telegram-pace.js'

export type ReadMessage = (message: Message) => InboundMessage | null

/** What is asked of Telegram; updates of other kinds are not sent to us. */
export const WANTED_UPDATES = ['message', 'channel_post'] as const

/** Updates that are remembered as taken; Telegram repeats only young ones. */
const REMEMBERED = 2_000
/** How long a chat waits for a refused update to come again before younger ones may pass. */
const HOLD_MS = 600_000

export interface UpdateIntakeOptions {
  readonly receiver: Pick<ChannelReceiver, 'received'>
  readonly moves: ChatMoves
  readonly clock: Clock
  readonly log: Log
  readonly pace: Pick<TelegramPace, 'firstReofferMs' | 'longestReofferMs'>
}

/**
 * Hands updates to the receiver: those of one chat one after another in the order of their numbers, and none before the
 * one ahead of it has been taken. Updates of several chats do not wait for each other.
 */
export class UpdateIntake {
  readonly #options: UpdateIntakeOptions
  readonly #taken = new Set<number>()
  /** By chat: what is being handed over, for updates that come one by one. */
  readonly #turns = new Map<string, Promise<void>>()
  /** By chat: the update that was refused and has to come first. */
  readonly #refused = new Map<string, { readonly updateId: number; readonly at: number }>()

  constructor(options: UpdateIntakeOptions) {
    this.#options = options
  }

  /** Resolves when all have been taken, however often they have to be offered; or at once after `signal` aborted. */
  async takeAll(updates: readonly Update[], read: ReadMessage, signal: AbortSignal): Promise<void> {
    const chats = new Map<string, Update[]>()
    for (const update of [...updates].sort((one, other) => one.update_id - other.update_id)) {
      const chat = chatOf(update)
      const waiting = chats.get(chat)
      if (waiting === undefined) chats.set(chat, [update])
      else waiting.push(update)
    }
    await Promise.all([...chats.values()].map((waiting) => this.#takeInOrder(waiting, read, signal)))
  }

  /** Takes one that Telegram brings by itself; rejects when it has to bring it again. */
  async takeOne(update: Update, read: ReadMessage): Promise<void> {
    const chat = chatOf(update)
    const ahead = this.#turns.get(chat) ?? Promise.resolve()
    const turn = ahead.then(() => this.#takeNext(update, chat, read))
    const settled = turn.catch(messageOf).then(() => {
      if (this.#turns.get(chat) === settled) this.#turns.delete(chat)
    })
    this.#turns.set(chat, settled)
    await turn
  }

  async #takeInOrder(updates: readonly Update[], read: ReadMessage, signal: AbortSignal): Promise<void> {
    const { clock, log, pace } = this.#options
    let waitMs = pace.firstReofferMs
    for (let at = 0; at < updates.length && !signal.aborted; ) {
      const update = updates[at] as Update
      try {
        await this.#take(update, read)
        waitMs = pace.firstReofferMs
        at++
      } catch (thrown) {
        log.warn('a message could not be kept; it is offered again', { updateId: update.update_id, err: thrown })
        await pause(clock, waitMs, signal)
        waitMs = Math.min(2 * waitMs, pace.longestReofferMs)
      }
    }
  }

  async #takeNext(update: Update, chat: string, read: ReadMessage): Promise<void> {
    const now = this.#options.clock.now()
    const refused = this.#refused.get(chat)
    if (refused !== undefined && refused.updateId < update.update_id && now - refused.at < HOLD_MS) {
      throw new ChannelFailure('network', 'an older message of this chat has to come first')
    }
    try {
      await this.#take(update, read)
      this.#refused.delete(chat)
    } catch (thrown) {
      this.#refused.set(chat, { updateId: update.update_id, at: now })
      throw thrown
    }
  }

  async #take(update: Update, read: ReadMessage): Promise<void> {
    if (this.#taken.has(update.update_id)) return
    const message = update.message ?? update.channel_post
    if (message !== undefined) await this.#hand(message, read)
    this.#taken.add(update.update_id)
    if (this.#taken.size > REMEMBERED) this.#taken.delete(this.#taken.values().next().value as number)
  }

  async #hand(message: Message, read: ReadMessage): Promise<void> {
    const chatId = String(message.chat.id)
    const { moves, receiver } = this.#options
    if (message.migrate_to_chat_id !== undefined) return moves.move(chatId, String(message.migrate_to_chat_id))
    if (message.migrate_from_chat_id !== undefined) return moves.move(String(message.migrate_from_chat_id), chatId)
    const inbound = this.#readable(message, read)
    if (inbound !== null) await receiver.received(inbound)
  }

  /** What cannot be read today cannot be read tomorrow, and must not hold up what comes after it. */
  #readable(message: Message, read: ReadMessage): InboundMessage | null {
    try {
      return read(message)
    } catch (thrown) {
      this.#options.log.error('a message of Telegram cannot be read; it is passed over', {
        messageId: message.message_id,
        err: thrown,
      })
      return null
    }
  }
}

function chatOf(update: Update): string {
  return String((update.message ?? update.channel_post)?.chat.id ?? '')
}
