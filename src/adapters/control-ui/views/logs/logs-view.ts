import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo, navigate } from '../../router/route.js'
import { logs } from '../../strings/en/logs.js'
import { controls } from '../../styles/controls.js'
import { isShown, type Level, type LogLine, readLogLine } from './log-line.js'
import '../../elements/empty.js'

const ASK_AGAIN_MS = 1000
const FIRST_LINES = 500
const MOST_LINES = 2000
/** Nearer to the end than this, somebody reads the newest lines and wants to go on doing so. */
const AT_END_PX = 40

interface Tail {
  readonly cursor: number
  readonly lines: readonly string[]
  readonly truncated?: boolean
  readonly reset?: boolean
}

/** The log of the gateway as it is written; level and search stand in the address. */
export class LogsView extends GatewayView {
  static override properties = { lines: { state: true }, paused: { state: true }, hasGap: { state: true } }

  static override styles = [
    controls,
    css`
      .page {
        max-width: none;
      }

      .filters {
        align-items: end;
      }

      .filters .field {
        flex: 0 1 16rem;
        min-width: 8rem;
      }

      .lines {
        overflow: auto;
        max-block-size: max(20rem, 100dvh - 15rem);
      }

      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        font-family: var(--font-code);
        font-size: 0.8125rem;
      }

      li {
        display: grid;
        grid-template-columns: 6.5rem 4rem minmax(0, 1fr);
        gap: var(--gap-2);
        padding-block: 2px;
        overflow-wrap: anywhere;
      }

      @media (max-width: 45rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
          padding-block: var(--gap-1);
        }
      }
    `,
  ]

  declare lines: readonly LogLine[]
  declare paused: boolean
  /** More was written at once than is fetched. */
  declare hasGap: boolean

  #cursor: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 1
  #isAtEnd = true

  constructor() {
    super()
    this.lines = []
    this.paused = false
    this.hasGap = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.keep(() => clearTimeout(this.#timer))
  }

  /** Also called after a reconnect: another process may write another file, so it begins anew. */
  protected override async load(): Promise<void> {
    clearTimeout(this.#timer)
    this.#cursor = undefined
    await this.#fetch()
  }

  async #fetch(): Promise<void> {
    const asked = this.#cursor === undefined ? { limit: FIRST_LINES } : { cursor: this.#cursor }
    const tail = await this.connection.request<Tail>('logs.tail', asked)
    const isAnew = this.#cursor === undefined || tail.reset === true
    const isGap = !isAnew && tail.truncated === true
    this.#cursor = tail.cursor
    const fresh = tail.lines.map((text) => readLogLine(text, this.#nextId++))
    if (isAnew) this.hasGap = false
    if (isGap) this.hasGap = true
    if (isAnew) this.lines = fresh
    else if (fresh.length > 0) this.lines = [...this.lines, ...fresh].slice(-MOST_LINES)
    this.#askLater()
  }

  #askLater(): void {
    clearTimeout(this.#timer)
    if (this.paused || !this.isConnected) return
    // A call that fails says that the connection is gone: the shell tells it, and `load` is called when it is back.
    this.#timer = setTimeout(() => void this.#fetch().catch(() => this.#askLater()), ASK_AGAIN_MS)
  }

  protected override updated(): void {
    const list = this.renderRoot.querySelector('.lines')
    if (list !== null && this.#isAtEnd) list.scrollTop = list.scrollHeight
  }

  protected override content(): TemplateResult {
    const { level, search } = this.#filters()
    const shown = this.lines.filter((line) => isShown(line, level, search))
    return html`<div class="page">
      <div class="head">
        <h1>${logs.heading}</h1>
        <span class="badge ${this.paused ? 'warn' : 'ok'}">${this.paused ? logs.paused : logs.following}</span>
      </div>
      <div class="row filters">
        <label class="field">
          ${logs.level}
          <select @change=${(event: Event) => this.#filter({ level: chosen(event), search })}>
            ${Object.entries(logs.levels).map(
              ([name, words]) => html`<option value=${name} ?selected=${name === level}>${words}</option>`,
            )}
          </select>
        </label>
        <label class="field">
          ${logs.search}
          <input
            type="search"
            placeholder=${logs.searchHint}
            .value=${search}
            @input=${(event: Event) => this.#filter({ level, search: chosen(event) })}
          />
        </label>
        <button aria-pressed=${String(this.paused)} @click=${this.#toggle}>
          ${this.paused ? logs.goOn : logs.pause}
        </button>
      </div>
      <p class="small muted">${logs.lines(shown.length, this.lines.length)}</p>
      ${this.hasGap ? html`<p class="notice warn">${logs.skipped}</p>` : nothing}
      ${
        shown.length === 0
          ? html`<mayros-empty heading=${logs.noneHeading} text=${logs.none}></mayros-empty>`
          : this.#list(shown)
      }
    </div>`
  }

  #list(shown: readonly LogLine[]): TemplateResult {
    return html`<div class="card lines" tabindex="0" role="region" aria-label=${logs.table} @scroll=${this.#scrolled}>
      <ol>
        ${repeat(
          shown,
          ({ id }) => id,
          ({ time, level, subsystem, message, details }) => html`<li>
            <time class="muted" datetime=${time} title=${time}>${clockTime(time)}</time>
            <span><span class="badge ${badgeOf(level)}">${level}</span></span>
            <span>
              ${subsystem === '' ? nothing : html`<span class="muted">${subsystem}</span>`} ${message}
              ${details === '' ? nothing : html`<span class="muted">${details}</span>`}
            </span>
          </li>`,
        )}
      </ol>
    </div>`
  }

  #filters(): { readonly level: Level; readonly search: string } {
    const asked = this.route.query.get('level') ?? ''
    const level = (Object.keys(logs.levels) as Level[]).find((name) => name === asked) ?? 'trace'
    return { level, search: this.route.query.get('search') ?? '' }
  }

  #filter({ level, search }: { readonly level: string; readonly search: string }): void {
    const query = new URLSearchParams()
    if (level !== 'trace') query.set('level', level)
    if (search !== '') query.set('search', search)
    const words = query.toString()
    navigate(linkTo('logs') + (words === '' ? '' : `?${words}`), 'replace')
  }

  #toggle(): void {
    this.paused = !this.paused
    if (this.paused) clearTimeout(this.#timer)
    else void this.#fetch().catch(() => this.#askLater())
  }

  #scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PX
  }
}

function chosen(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value
}

function clockTime(time: string): string {
  const at = new Date(time)
  return Number.isNaN(at.getTime()) ? '' : at.toLocaleTimeString([], { hour12: false })
}

function badgeOf(level: Level): string {
  if (level === 'error' || level === 'fatal') return 'danger'
  return level === 'warn' ? 'warn' : level === 'info' ? 'info' : ''
}

customElements.define('mayros-logs-view', LogsView)
