import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { icon } from '../../elements/icon.js'
import { toast } from '../../elements/toast.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'
import type { Conversation } from './conversation.js'
import { messageListStyles } from './message-list-styles.js'
import { shownAside, shownMessage, shownOwn, shownRun } from './shown-message.js'

const CHUNK = 40
/** Height of a chunk nobody has seen yet, in pixels. */
const GUESSED_HEIGHT = CHUNK * 90
/** Whoever comes so near to the end is taken along with what comes, in pixels; whoever leaves it is let go. */
const NEAR_END = 80
const AT_END = 2

/**
 * The messages of a conversation. Only stretches near what is looked at are built and fetched; the others are empty room
 * as high as they were, or as high as such a stretch usually is.
 */
export class MessageList extends LitElement {
  static override properties = {
    conversation: { attribute: false },
    revision: { attribute: false },
    near: { state: true },
    isAtEnd: { state: true },
  }

  static override styles = [controls, messageListStyles]

  declare conversation: Conversation
  /** Anything that is another value when the conversation has changed. */
  declare revision: number
  /** Chunks near what is looked at. */
  declare near: ReadonlySet<number>
  declare isAtEnd: boolean
  readonly #heights = new Map<number, number>()
  readonly #watched = new Set<Element>()
  /** Where the list was scrolled to last, in pixels. */
  #top = 0
  #sight: IntersectionObserver | undefined
  #growth: ResizeObserver | undefined

  constructor() {
    super()
    this.near = new Set()
    this.isAtEnd = true
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sight?.disconnect()
    this.#growth?.disconnect()
  }

  override firstUpdated(): void {
    const root = this.#scroller()
    this.#sight = new IntersectionObserver((entries) => this.#saw(entries), { root, rootMargin: '1000px 0px' })
    this.#growth = new ResizeObserver(() => this.#follow())
    for (const part of this.renderRoot.querySelectorAll('.scroller, .rows')) this.#growth.observe(part)
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('conversation')) return
    this.#heights.clear()
    this.isAtEnd = true
    this.#top = 0
    this.near = new Set([this.#lastChunk()])
  }

  override updated(): void {
    const chunks = this.renderRoot.querySelectorAll<HTMLElement>('.chunk')
    for (const chunk of chunks) {
      const number = Number(chunk.dataset.chunk)
      const isBuilt = this.#isBuilt(number)
      chunk.style.blockSize = isBuilt ? '' : `${this.#heights.get(number) ?? GUESSED_HEIGHT}px`
      if (this.#watched.has(chunk)) continue
      this.#watched.add(chunk)
      this.#sight?.observe(chunk)
    }
    this.#follow()
  }

  override render() {
    const { conversation } = this
    const count = Math.ceil(conversation.history.total / CHUNK)
    const chunks = Array.from({ length: count }, (_, number) => number)
    return html`<div class="scroller" role="log" aria-label=${chat.conversation} aria-live="off" tabindex="0" @scroll=${this.#scrolled}
        @keydown=${this.#pressed}>
        <div class="rows">
          ${repeat(
            chunks,
            (number) => number,
            (number) =>
              html`<div class="chunk" data-chunk=${number}>${this.#isBuilt(number) ? this.#chunk(number) : nothing}</div>`,
          )}
          ${this.#asidesFrom(conversation.history.total)}
          ${conversation.own.filter((own) => own.state !== 'waiting').map((own) => this.#own(own))}
          ${[...conversation.runs.values()].map(shownRun)}
          ${conversation.own.filter((own) => own.state === 'waiting').map((own) => this.#own(own))}
        </div>
      </div>
      ${
        this.isAtEnd
          ? nothing
          : html`<button class="icon newest" aria-label=${chat.toNewest} title=${chat.toNewest} @click=${this.toEnd}>
              ${icon('down')}
            </button>`
      }`
  }

  /** Shows the newest message and follows what comes. */
  readonly toEnd = (): void => {
    this.isAtEnd = true
    this.#top = 0
    this.near = new Set([...this.near, this.#lastChunk()])
    this.#follow()
  }

  #chunk(number: number): TemplateResult[] {
    const { history } = this.conversation
    const rows: TemplateResult[] = []
    for (let place = number * CHUNK; place < Math.min((number + 1) * CHUNK, history.total); place++) {
      const message = history.at(place)
      if (message !== undefined)
        rows.push(html`${this.#asidesAt(place)}${shownMessage(message, place, this.conversation)}`)
      else if (rows.length === 0) return [html`<p class="pending">${chat.loadingEarlier}</p>`]
    }
    return rows
  }

  #asidesAt(place: number): readonly TemplateResult[] {
    return this.conversation.asides.filter((aside) => aside.place === place).map(shownAside)
  }

  #asidesFrom(place: number): readonly TemplateResult[] {
    return this.conversation.asides.filter((aside) => aside.place >= place).map(shownAside)
  }

  #own(own: Conversation['own'][number]): TemplateResult {
    const { conversation } = this
    return shownOwn(
      own,
      () => void conversation.sendAgain(own),
      () => conversation.discard(own),
    )
  }

  /** Looked at, or near, and there. */
  #isBuilt(number: number): boolean {
    if (number !== this.#lastChunk() && !this.near.has(number)) return false
    const { history } = this.conversation
    return (
      history.at(number * CHUNK) !== undefined ||
      history.at(Math.min((number + 1) * CHUNK, history.total) - 1) !== undefined
    )
  }

  #lastChunk(): number {
    return Math.max(0, Math.ceil(this.conversation.history.total / CHUNK) - 1)
  }

  #saw(entries: readonly IntersectionObserverEntry[]): void {
    const near = new Set(this.near)
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const number = Number((target as HTMLElement).dataset.chunk)
      if (isIntersecting) {
        near.add(number)
        this.#fetch(number)
      } else if (near.delete(number) && this.#isBuilt(number)) this.#heights.set(number, boundingClientRect.height)
    }
    this.near = near
  }

  #fetch(number: number): void {
    const { conversation } = this
    conversation.history.fill(number * CHUNK, (number + 1) * CHUNK).then(
      () => this.requestUpdate(),
      (thrown: unknown) => toast(thrown instanceof Error ? thrown.message : String(thrown), 'warn'),
    )
  }

  #follow(): void {
    const scroller = this.#scroller()
    if (scroller === null) return
    this.#look(scroller)
    if (this.isAtEnd && this.#isReadByKeyboard()) this.isAtEnd = this.#leftBelow(scroller) < AT_END
    if (!this.isAtEnd) return
    scroller.scrollTop = scroller.scrollHeight
    this.#top = scroller.scrollTop
  }

  /** Browsers glide to an end, and what is built on the way moves it away from where they are going. */
  readonly #pressed = (event: KeyboardEvent): void => {
    const scroller = this.#scroller()
    if (scroller === null || event.target !== scroller || !['Home', 'End'].includes(event.key)) return
    event.preventDefault()
    if (event.key === 'End') this.toEnd()
    else scroller.scrollTop = 0
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller()
    if (scroller !== null) this.#look(scroller)
  }

  /** What grows, or shrinks the room for it, takes the end away from us; only a person goes upwards. */
  #look(scroller: HTMLElement): void {
    const { scrollTop } = scroller
    const leftBelow = this.#leftBelow(scroller)
    const isGoingUp = scrollTop < this.#top
    this.isAtEnd = isGoingUp ? leftBelow < AT_END : this.isAtEnd || leftBelow < NEAR_END
    this.#top = scrollTop
  }

  #leftBelow({ scrollTop, scrollHeight, clientHeight }: HTMLElement): number {
    return scrollHeight - scrollTop - clientHeight
  }

  /** Something among the messages has the focus, and whoever looks at it must not lose sight of it. */
  #isReadByKeyboard(): boolean {
    let element = (this.renderRoot as ShadowRoot).activeElement
    if (element === null || element.closest('.rows') === null) return false
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element?.matches(':focus-visible') === true
  }

  #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroller')
  }
}

customElements.define('mayros-message-list', MessageList)
