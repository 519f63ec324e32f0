import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Message, Update } from 'grammy/types'
import { ApiServer, type Fault, type Fields, fieldsOf } from './api-server.js'
import { readHtml } from './html-check.js'
import { UpdateQueue } from './update-queue.js'

/** What the bot has shown somewhere. */
export interface Shown {
  readonly chatId: string
  readonly messageId: number
  readonly method: string
  readonly fields: Fields
  /** As people see it, without marks. */
  text: string
}

class Refused extends Error {
  readonly fault: Extract<Fault, { readonly kind: 'refused' }>

  constructor(code: number, description: string, parameters: Readonly<Record<string, number>> = {}) {
    super(description)
    this.fault = { kind: 'refused', code, description, parameters }
  }
}

const MOST_CHARACTERS = 4096
const SENDS = /^send(Message|Photo|Document|Voice|Audio|Video|Animation|Poll)$/

/** A Bot API server for one bot, in this process; https://core.telegram.org/bots/api decides what it answers. */
export class BotApiDouble {
  readonly token = '4711:s3cret-of-the-bot'
  readonly me = { id: 4711, is_bot: true as const, first_name: 'Tester', username: 'TesterBot' }
  /** What the bot has shown, oldest first. */
  readonly shown: Shown[] = []
  /** Every call that came, in order. */
  readonly calls: { readonly method: string; readonly fields: Fields }[] = []
  readonly files = new Map<string, Buffer>()
  /** Groups that became supergroups. */
  readonly migrated = new Map<string, number>()
  /** Decides over each call. */
  faultOf: (method: string) => Fault | null = () => null
  /** What becomes of a batch before it is handed out: repeated, shuffled. */
  disturb: (updates: readonly Update[]) => readonly Update[] = (updates) => updates
  webhook: Fields & { readonly url: string; readonly secret_token?: string } = { url: '' }
  readonly #queue = new UpdateQueue()
  readonly #server = new ApiServer((request, response) => this.#respond(request, response))
  #messageId = 0
  #asking: AbortController | null = null

  static async open(): Promise<BotApiDouble> {
    const double = new BotApiDouble()
    await double.mend()
    return double
  }

  get url(): string {
    return this.#server.url
  }

  get connections(): number {
    return this.#server.connections
  }

  /** Updates that nobody has confirmed. */
  get unconfirmed(): number {
    return this.#queue.size
  }

  fallSilent(): void {
    this.#server.isSilent = true
  }

  async break(): Promise<void> {
    this.#asking?.abort()
    await this.#server.close()
  }

  close(): Promise<void> {
    return this.break()
  }

  async mend(): Promise<void> {
    await this.#server.open()
  }

  /** Somebody writes: a direct message of the person unless `message` says otherwise. Returns the number of it. */
  say(fromId: number, text: string, message: Partial<Message> = {}): number {
    const from = { id: fromId, is_bot: false, first_name: `Person ${fromId}`, username: `person_${fromId}` }
    return this.tell({ chat: { id: fromId, type: 'private', first_name: from.first_name }, from, text, ...message })
  }

  /** Anything that can be told of a chat. */
  tell(message: Partial<Message>): number {
    this.#messageId++
    const told = { message_id: this.#messageId, date: 1_700_000_000 + this.#messageId, ...message } as Message
    const update = told.chat.type === 'channel' ? { channel_post: told } : { message: told }
    this.#queue.add(update as Omit<Update, 'update_id'>)
    return told.message_id
  }

  shownTo(chatId: number): readonly string[] {
    return this.shown.filter((one) => one.chatId === String(chatId)).map(({ text }) => text)
  }

  /**
   * Brings everything that waits to the webhook, as Telegram does: chats side by side, the next of a chat only when the
   * one before has been taken. Resolves when nothing waits.
   * @param loses whether the answer to this request gets lost on its way
   */
  async bringAll(post: (request: Request) => Promise<Response>, loses: () => boolean = () => false): Promise<void> {
    while (this.#queue.size > 0) {
      const heads = this.#queue.heads(new Set())
      const brought = this.disturb(heads).map(async (update) => {
        const response = await post(this.requestOf(update))
        if (response.ok && !loses()) this.#queue.done(update.update_id)
      })
      await Promise.all(brought)
    }
  }

  requestOf(update: unknown, secret = this.webhook.secret_token ?? ''): Request {
    return new Request(this.webhook.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
      body: JSON.stringify(update),
    })
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, rest = ''] = /^(?:\/file)?\/bot([^/]+)\/(.+)$/.exec(request.url ?? '') ?? []
    if (request.url?.startsWith('/file/')) return this.#hand(rest, response)
    const fields = await fieldsOf(request)
    this.calls.push({ method: rest, fields })
    const fault = token === this.token ? this.faultOf(rest) : refused(401, 'Unauthorized')
    if (fault?.kind === 'dropped-before') return void response.destroy()
    if (fault?.kind === 'refused') return answerFault(response, fault)
    try {
      const result = await this.#carryOut(rest, fields, response)
      if (fault?.kind === 'dropped-after') return void response.destroy()
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, result }))
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      answerFault(response, thrown.fault)
    }
  }

  #hand(path: string, response: ServerResponse): void {
    const bytes = this.files.get(path)
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
  }

  async #carryOut(method: string, fields: Fields, response: ServerResponse): Promise<unknown> {
    if (method === 'getMe') return this.me
    if (method === 'getUpdates') return this.#updates(fields, response)
    if (method === 'setWebhook') this.webhook = { url: '', ...fields }
    if (method === 'deleteWebhook') this.webhook = { url: '' }
    if (method === 'getWebhookInfo') return { url: this.webhook.url, pending_update_count: this.#queue.size }
    if (method === 'getFile') return this.#file(String(fields.file_id))
    if (method === 'editMessageText') return this.#edit(fields)
    if (SENDS.test(method)) return this.#show(method, fields)
    return true
  }

  /** Only one may ask at a time; the one before is told so. */
  async #updates(fields: Fields, response: ServerResponse): Promise<readonly Update[]> {
    if (this.webhook.url !== '') throw new Refused(409, "Conflict: can't use getUpdates method while webhook is active")
    this.#asking?.abort()
    const asking = new AbortController()
    this.#asking = asking
    const gone = () => asking.abort()
    response.once('close', gone)
    const found = await this.#queue.from(Number(fields.offset ?? 0), 1000 * Number(fields.timeout ?? 0), asking.signal)
    response.off('close', gone)
    if (this.#asking === asking) this.#asking = null
    if (asking.signal.aborted) throw new Refused(409, 'Conflict: terminated by other getUpdates request')
    return this.disturb(found)
  }

  #file(fileId: string): Fields {
    if (!this.files.has(`documents/${fileId}`)) throw new Refused(400, 'Bad Request: wrong file_id')
    return { file_id: fileId, file_path: `documents/${fileId}` }
  }

  #show(method: string, fields: Fields): Fields {
    const chatId = String(fields.chat_id)
    const movedTo = this.migrated.get(chatId)
    if (movedTo !== undefined) {
      const description = 'Bad Request: group chat was upgraded to a supergroup chat'
      throw new Refused(400, description, { migrate_to_chat_id: movedTo })
    }
    const text = seen(fields)
    if (method === 'sendMessage' && text === '') throw new Refused(400, 'Bad Request: message text is empty')
    this.#messageId++
    this.shown.push({ chatId, messageId: this.#messageId, method, fields, text })
    return { message_id: this.#messageId, date: 0, chat: { id: fields.chat_id }, poll: { id: 'poll-1' } }
  }

  #edit(fields: Fields): Fields {
    const shown = this.shown.find(({ messageId }) => messageId === fields.message_id)
    const text = seen(fields)
    if (shown === undefined) throw new Refused(400, 'Bad Request: message to edit not found')
    if (shown.method !== 'sendMessage') throw new Refused(400, 'Bad Request: there is no text in the message to edit')
    if (shown.text === text) throw new Refused(400, 'Bad Request: message is not modified')
    shown.text = text
    return { message_id: shown.messageId }
  }
}

export function refused(code: number, description: string, parameters: Readonly<Record<string, number>> = {}): Fault {
  return new Refused(code, description, parameters).fault
}

function seen(fields: Fields): string {
  const written = String(fields.text ?? fields.caption ?? '')
  const text = fields.parse_mode === 'HTML' ? readHtml(written) : written
  if (text === null) throw new Refused(400, "Bad Request: can't parse entities")
  if (text.length > MOST_CHARACTERS) throw new Refused(400, 'Bad Request: message is too long')
  return text.trim()
}

function answerFault(response: ServerResponse, fault: Extract<Fault, { readonly kind: 'refused' }>): void {
  const { code: error_code, description, parameters } = fault
  response.writeHead(error_code, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ ok: false, error_code, description, parameters }))
}
