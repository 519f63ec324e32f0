import type { HistoryMessage } from './history-message.js'

/** What `chat.history` answers to who leaves messages out. */
export interface HistoryPage {
  readonly sessionId?: string
  readonly messages: readonly HistoryMessage[]
  readonly total: number
  readonly thinkingLevel: string
  readonly verboseLevel?: string
}

export type AskHistory = (about: { readonly limit: number; readonly skip: number }) => Promise<HistoryPage>

const PAGE = 200

/**
 * What was said in one session, fetched page by page as it is looked at. A message is known by its place, counted from
 * the first one.
 */
export class History {
  readonly #ask: AskHistory
  readonly #messages = new Map<number, HistoryMessage>()
  /** Call of a tool → place of its result. */
  readonly #results = new Map<string, number>()
  readonly #callers = new Set<string>()
  readonly #underWay = new Map<number, Promise<void>>()
  #total = 0
  #generation = 0
  #sessionId: string | undefined

  constructor(ask: AskHistory) {
    this.#ask = ask
  }

  /** How many messages there are, fetched or not. */
  get total(): number {
    return this.#total
  }

  /** Another number when places mean other messages than before. */
  get generation(): number {
    return this.#generation
  }

  at(place: number): HistoryMessage | undefined {
    return this.#messages.get(place)
  }

  /** What a tool answered to a call, when that was fetched. */
  resultOf(toolCallId: string): HistoryMessage | undefined {
    const place = this.#results.get(toolCallId)
    return place === undefined ? undefined : this.#messages.get(place)
  }

  /** Where that answer stands. */
  resultPlace(toolCallId: string): number {
    return this.#results.get(toolCallId) ?? -1
  }

  /** Whether the call that a result belongs to was fetched and shows it. */
  hasCall(toolCallId: string): boolean {
    return this.#callers.has(toolCallId)
  }

  /** Fetches the newest messages. */
  async refresh(): Promise<HistoryPage> {
    const page = await this.#ask({ limit: PAGE, skip: 0 })
    if (page.sessionId !== this.#sessionId || page.total < this.#total) this.#clear()
    this.#sessionId = page.sessionId
    this.#take(page, 0)
    return page
  }

  /** Fetches what is missing from place `from` to before `to`. Resolves when it is there. */
  async fill(from: number, to: number): Promise<void> {
    const pages = new Set<number>()
    for (let place = from; place < Math.min(to, this.#total); place++) {
      if (!this.#messages.has(place)) pages.add(Math.floor(place / PAGE))
    }
    await Promise.all([...pages].map((page) => this.#fetch(page)))
  }

  #fetch(page: number): Promise<void> {
    const known = this.#underWay.get(page)
    if (known !== undefined) return known
    const skip = Math.max(0, this.#total - (page + 1) * PAGE)
    const limit = Math.min(PAGE, this.#total - page * PAGE)
    const fetching = this.#ask({ limit, skip })
      .then((answer) => this.#take(answer, skip))
      .finally(() => this.#underWay.delete(page))
    this.#underWay.set(page, fetching)
    return fetching
  }

  #take({ messages, total }: HistoryPage, skip: number): void {
    this.#total = total
    const first = total - skip - messages.length
    messages.forEach((message, index) => {
      this.#messages.set(first + index, message)
      if (message.toolCallId !== undefined) this.#results.set(message.toolCallId, first + index)
      for (const block of message.content) if (block.type === 'toolCall') this.#callers.add(block.id)
    })
  }

  #clear(): void {
    this.#generation++
    this.#messages.clear()
    this.#results.clear()
    this.#callers.clear()
  }
}
