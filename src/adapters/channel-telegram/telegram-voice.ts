import type { Message } from 'grammy/types'
import {
  ChannelFailure,
  type ChannelPoll,
  type ChatPlace,
  type Delivery,
  type OutboundMedia,
  type OutboundMessage,
} from '../../application/ports/channel.js'
import type { BotApi } from './bot-api.js'
import type { ChatMoves } from './chat-moves.js'
import { MOST_MEDIA_BYTES, mediaWay } from './outbound-media.js'
import { GENERAL_TOPIC } from './read-message.js'
import type { TableStyle } from './table-text.js'
import { telegramHtml } from './telegram-html.js'
import { TelegramRefusal } from './telegram-refusal.js'

/** Text beside media, in characters after the marks have been read. */
const LONGEST_CAPTION = 1024

export interface VoiceOptions {
  readonly name: string
  readonly api: BotApi
  readonly moves: ChatMoves
  readonly tables: TableStyle
  readonly hasLinkPreview: boolean
}

interface Marked {
  readonly text: string
  readonly parse_mode?: 'HTML'
}

/** Everything an account says. Nothing is said twice: only what Telegram has refused is tried in another form. */
export class TelegramVoice {
  readonly #options: VoiceOptions

  constructor(options: VoiceOptions) {
    this.#options = options
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    const sent = await this.#at(message.place, (chat_id) => this.#say(message, chat_id, signal))
    return { messageId: String(sent.message_id), ids: { chatId: String(sent.chat.id) } }
  }

  async edit(place: ChatPlace, messageId: string, markdown: string, signal: AbortSignal): Promise<void> {
    const { api } = this.#options
    const message_id = Number(messageId)
    const change = (chat_id: string | number, { text, parse_mode }: Marked) =>
      unlessUnchanged(async () => {
        const mode = parse_mode === undefined ? {} : { parse_mode }
        try {
          const order = { chat_id, message_id, text, ...mode, ...this.#linkPreview }
          await api.call((raw, ending) => raw.editMessageText(order, ending), signal)
        } catch (thrown) {
          if (!isRefusedAs(thrown, /no text in the message/i)) throw thrown
          const order = { chat_id, message_id, caption: text, ...mode }
          await api.call((raw, ending) => raw.editMessageCaption(order, ending), signal)
        }
      })
    await this.#at(place, (chat_id) => this.#marked(markdown, (marked) => change(chat_id, marked)))
  }

  async typing(place: ChatPlace, signal: AbortSignal): Promise<void> {
    const thread = place.branch === undefined ? {} : { message_thread_id: Number(place.branch.id) }
    await this.#at(place, (chat_id) =>
      this.#options.api.call(
        (raw, ending) => raw.sendChatAction({ chat_id, action: 'typing', ...thread }, ending),
        signal,
      ),
    )
  }

  async react(place: ChatPlace, messageId: string, emoji: string | null, signal: AbortSignal): Promise<void> {
    // Which emoji a chat admits is for Telegram to say; the list of the library only knows those of its day.
    const reaction = emoji === null ? [] : [{ type: 'emoji' as const, emoji: emoji as '👍' }]
    const message_id = Number(messageId)
    await this.#at(place, (chat_id) =>
      this.#options.api.call(
        (raw, ending) => raw.setMessageReaction({ chat_id, message_id, reaction }, ending),
        signal,
      ),
    )
  }

  async poll(poll: ChannelPoll, signal: AbortSignal): Promise<Delivery & { readonly pollId: string }> {
    const order = {
      question: poll.question,
      options: poll.options.map((text) => ({ text })),
      allows_multiple_answers: (poll.maxSelections ?? 1) > 1,
      is_anonymous: poll.isAnonymous ?? true,
      disable_notification: poll.isSilent ?? false,
      ...threadOf(poll.place),
      ...(poll.durationSeconds === undefined ? {} : { open_period: poll.durationSeconds }),
    }
    const sent = await this.#at(poll.place, (chat_id) =>
      this.#options.api.call((raw, ending) => raw.sendPoll({ chat_id, ...order }, ending), signal),
    )
    return {
      messageId: String(sent.message_id),
      ids: { chatId: String(sent.chat.id) },
      pollId: sent.poll.id,
    }
  }

  async #say(message: OutboundMessage, chat_id: string | number, signal: AbortSignal): Promise<Message> {
    const { place, text, media, replyTo, isSilent = false } = message
    const { api, tables } = this.#options
    const replied = Number(replyTo ?? Number.NaN)
    const about = {
      chat_id,
      disable_notification: isSilent,
      ...threadOf(place),
      ...(Number.isSafeInteger(replied)
        ? { reply_parameters: { message_id: replied, allow_sending_without_reply: true } }
        : {}),
    }
    const write = (marked: Marked) =>
      api.call((raw, ending) => raw.sendMessage({ ...about, ...this.#linkPreview, ...marked }, ending), signal)
    if (media === undefined) return this.#marked(text, write)
    if (visibleLength(telegramHtml(text, tables)) <= LONGEST_CAPTION) {
      return this.#marked(text, (caption) => this.#show(media, about, caption, signal))
    }
    await this.#show(media, about, { text: '' }, signal)
    return this.#marked(text, write)
  }

  async #show(
    media: OutboundMedia,
    about: { readonly chat_id: string | number },
    { text, parse_mode }: Marked,
    signal: AbortSignal,
  ): Promise<Message> {
    const { api, name } = this.#options
    if (media.bytes.length > MOST_MEDIA_BYTES) {
      throw new ChannelFailure('too-large', `${name}: Telegram takes files up to ${MOST_MEDIA_BYTES} bytes from bots`)
    }
    const file = api.upload(media.bytes, media.fileName)
    const order = {
      ...about,
      ...(text === '' ? {} : { caption: text }),
      ...(parse_mode === undefined ? {} : { parse_mode }),
    }
    const way = mediaWay(media)
    return api.call<Message>((raw, ending) => {
      if (way === 'photo') return raw.sendPhoto({ ...order, photo: file }, ending)
      if (way === 'animation') return raw.sendAnimation({ ...order, animation: file }, ending)
      if (way === 'voice') return raw.sendVoice({ ...order, voice: file }, ending)
      if (way === 'audio') return raw.sendAudio({ ...order, audio: file }, ending)
      if (way === 'video') return raw.sendVideo({ ...order, video: file }, ending)
      return raw.sendDocument({ ...order, document: file }, ending)
    }, signal)
  }

  /** With marks; and, when Telegram refuses them, as it was written. */
  async #marked<T>(markdown: string, attempt: (marked: Marked) => Promise<T>): Promise<T> {
    const html = telegramHtml(markdown, this.#options.tables)
    if (html !== '') {
      try {
        return await attempt({ text: html, parse_mode: 'HTML' })
      } catch (thrown) {
        if (!(thrown instanceof TelegramRefusal) || !thrown.isAboutMarkup) throw thrown
      }
    }
    return attempt({ text: markdown })
  }

  /** Follows a group that has become a supergroup. */
  async #at<T>(place: ChatPlace, attempt: (chatId: string | number) => Promise<T>): Promise<T> {
    const { moves } = this.#options
    const chatId = moves.current(place.chatId)
    try {
      return await attempt(addressOf(chatId))
    } catch (thrown) {
      if (!(thrown instanceof TelegramRefusal) || thrown.migratedTo === undefined) throw thrown
      await moves.move(chatId, thrown.migratedTo)
      return attempt(addressOf(thrown.migratedTo))
    }
  }

  get #linkPreview(): { readonly link_preview_options?: { readonly is_disabled: true } } {
    return this.#options.hasLinkPreview ? {} : { link_preview_options: { is_disabled: true } }
  }
}

function addressOf(chatId: string): string | number {
  return chatId.startsWith('@') ? chatId : Number(chatId)
}

/** Messages reach the general topic only when none is named. */
function threadOf({ branch }: ChatPlace): { readonly message_thread_id?: number } {
  return branch === undefined || branch.id === GENERAL_TOPIC ? {} : { message_thread_id: Number(branch.id) }
}

async function unlessUnchanged(change: () => Promise<void>): Promise<void> {
  try {
    await change()
  } catch (thrown) {
    if (!isRefusedAs(thrown, /message is not modified/i)) throw thrown
  }
}

function isRefusedAs(thrown: unknown, sentence: RegExp): boolean {
  return thrown instanceof TelegramRefusal && sentence.test(thrown.description)
}

function visibleLength(html: string): number {
  return html.replace(/<[^>]*>/g, '').replace(/&\w+;/g, '&').length
}
