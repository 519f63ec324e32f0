import { History, type HistoryPage } from './history.js'
import { type HistoryMessage, textOf } from './history-message.js'
import { LiveRun } from './live-run.js'
import type { Picture } from './picture.js'

/** How requests get to the gateway. */
export type Ask = <T>(method: string, params: object) => Promise<T>

/** A message of this page that the history does not tell (yet). */
export interface OwnMessage {
  readonly runId: string
  readonly text: string
  readonly pictures: readonly Picture[]
  /** How many messages the history had when it was sent. */
  readonly place: number
  state: 'sending' | 'waiting' | 'underway' | 'told' | 'failed'
  problem?: string
}

/** An answer the history does not tell: of a command, for example. */
export interface Aside {
  readonly text: string
  readonly place: number
  readonly isProblem: boolean
}

interface ChatNews {
  readonly runId: string
  readonly sessionKey?: string
  readonly state: 'delta' | 'final' | 'aborted' | 'error'
  readonly message?: HistoryMessage
  readonly errorMessage?: string
}

interface AgentNews {
  readonly runId: string
  readonly sessionKey?: string
  readonly stream: string
  readonly data: Readonly<Record<string, unknown>>
}

/** One session as this page sees it: what was said, what is being said, and what waits to be. */
export class Conversation {
  readonly key: string
  readonly history: History
  readonly runs = new Map<string, LiveRun>()
  own: OwnMessage[] = []
  asides: Aside[] = []
  /** The newest answer of `chat.history`, for the settings in it. */
  settings: Pick<HistoryPage, 'thinkingLevel' | 'verboseLevel'> = { thinkingLevel: 'off' }
  readonly #pictures = new Map<string, Promise<string>>()
  readonly #ask: Ask
  readonly #changed: () => void

  /** @param key canonical */
  constructor(key: string, ask: Ask, changed: () => void) {
    this.key = key
    this.#ask = ask
    this.#changed = changed
    this.history = new History((about) => ask('chat.history', { sessionKey: key, ...about }))
  }

  /** Something is being answered. */
  get isBusy(): boolean {
    return this.runs.size > 0 || this.own.some(({ state }) => state === 'underway' || state === 'waiting')
  }

  /** Fetches the newest messages. Rejects with RequestRefused. */
  async refresh(): Promise<void> {
    this.settings = await this.history.refresh()
    this.own = this.own.filter((own) => own.state === 'failed' || !this.#isTold(own))
    this.#changed()
  }

  /** Begins anew after events may have been lost: what was under way may have ended unheard. */
  async recover(): Promise<void> {
    this.runs.clear()
    for (const own of this.own) if (own.state === 'underway' || own.state === 'waiting') own.state = 'told'
    await this.refresh()
  }

  async send(text: string, pictures: readonly Picture[]): Promise<void> {
    const own: OwnMessage = {
      runId: crypto.randomUUID?.() ?? `page-${Date.now()}-${Math.random().toString(36).slice(2)}`,
      text,
      pictures,
      place: this.history.total,
      state: 'sending',
    }
    this.own = [...this.own, own]
    await this.#submit(own)
  }

  /** Sends a message again that did not get through; under its old id, so that it is answered once. */
  async sendAgain(own: OwnMessage): Promise<void> {
    own.state = 'sending'
    await this.#submit(own)
  }

  discard(own: OwnMessage): void {
    this.own = this.own.filter((other) => other !== own)
    this.#changed()
  }

  /** Stops everything that is under way. Rejects with RequestRefused. */
  async abort(): Promise<void> {
    await this.#ask('chat.abort', { sessionKey: this.key })
  }

  /** Tells pictures of the history apart. */
  pictureName(place: number, block: number): string {
    return `${this.history.generation}/${place}/${block}`
  }

  /** A picture of the history as a `data:` URL, fetched once. Rejects with RequestRefused. */
  picture(place: number, block: number): Promise<string> {
    const name = this.pictureName(place, block)
    const known = this.#pictures.get(name)
    if (known !== undefined) return known
    const fetching = this.#ask<{ readonly mimeType: string; readonly data: string }>('chat.picture', {
      sessionKey: this.key,
      place,
      block,
    }).then(({ mimeType, data }) => `data:${mimeType};base64,${data}`)
    this.#pictures.set(name, fetching)
    fetching.catch(() => this.#pictures.delete(name))
    return fetching
  }

  hearChat(news: ChatNews): void {
    if (news.sessionKey !== this.key && !this.own.some(({ runId }) => runId === news.runId)) return
    if (news.state === 'delta') {
      this.#underway(news.runId)
      if (news.message !== undefined && this.#run(news.runId).parts.length === 0) {
        this.#run(news.runId).said(textOf(news.message))
      }
      this.#changed()
    } else void this.#ended(news)
  }

  hearAgent({ runId, sessionKey, stream, data }: AgentNews): void {
    if (sessionKey !== this.key) return
    if (stream === 'lifecycle' && data.phase === 'start') this.#underway(runId)
    else if (stream === 'assistant') this.#run(runId).said(String(data.text))
    else if (stream === 'thinking') this.#run(runId).thought(String(data.text))
    else if (stream === 'tool') this.#run(runId).tool(data as unknown as Parameters<LiveRun['tool']>[0])
    else return
    this.#changed()
  }

  async #submit(own: OwnMessage): Promise<void> {
    this.#changed()
    const attachments = own.pictures.map(({ name, type, content }) => ({ fileName: name, mimeType: type, content }))
    try {
      const params = { sessionKey: this.key, message: own.text, idempotencyKey: own.runId }
      const answer = await this.#ask<{ readonly status?: string; readonly queued?: boolean }>('chat.send', {
        ...params,
        ...(attachments.length === 0 ? {} : { attachments }),
      })
      if (own.state === 'sending') own.state = stateFor(answer)
    } catch (thrown) {
      own.state = 'failed'
      own.problem = thrown instanceof Error ? thrown.message : String(thrown)
    }
    this.#changed()
  }

  #underway(runId: string): void {
    this.#run(runId)
    for (const own of this.own) if (own.runId === runId) own.state = 'underway'
  }

  #run(runId: string): LiveRun {
    const known = this.runs.get(runId)
    if (known !== undefined) return known
    const run = new LiveRun(runId)
    this.runs.set(runId, run)
    return run
  }

  async #ended({ runId, message, errorMessage }: ChatNews): Promise<void> {
    for (const own of this.own) if (own.runId === runId) own.state = 'told'
    const text = errorMessage ?? (message === undefined ? '' : textOf(message))
    const isKnown = await this.refresh().then(
      () => this.#isAmongNewest(text),
      () => false,
    )
    if (text !== '' && !isKnown) {
      this.asides = [...this.asides, { text, place: this.history.total, isProblem: errorMessage !== undefined }]
    }
    this.runs.delete(runId)
    this.#changed()
  }

  /** Whether the history tells a message of this page by now. */
  #isTold({ text, place }: OwnMessage): boolean {
    for (let at = place; at < this.history.total; at++) {
      const message = this.history.at(at)
      if (message?.role === 'user' && textOf(message).trim() === text.trim()) return true
    }
    return false
  }

  #isAmongNewest(text: string): boolean {
    const wanted = text.trim()
    for (let at = this.history.total - 1; at >= Math.max(0, this.history.total - 20); at--) {
      const message = this.history.at(at)
      if (message?.role === 'user') continue
      if (message?.errorMessage === text || (message !== undefined && textOf(message).trim() === wanted)) return true
    }
    return false
  }
}

function stateFor({ status, queued }: { readonly status?: string; readonly queued?: boolean }): OwnMessage['state'] {
  if (queued === true) return 'waiting'
  return status === 'started' || status === 'in_flight' ? 'underway' : 'told'
}
