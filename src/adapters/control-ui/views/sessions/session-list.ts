import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import { repeat } from 'lit/directives/repeat.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { countWords } from '../../format/count.js'
import { linkTo, navigate } from '../../router/route.js'
import { sessions } from '../../strings/en/sessions.js'
import { controls } from '../../styles/controls.js'
import { filtersOf, linkToFiltered, type SessionFilters } from './session-filters.js'
import type { SessionList as Answer, SessionRow } from './session-row.js'
import { sessionTitle } from './session-title.js'
import '../../elements/relative-time.js'

const PAGE = 100
const TYPING_MS = 250
const QUIET_MS = 1_500

interface Agent {
  readonly id: string
  readonly name?: string
}

/** The sessions, those that were active last first, narrowed by a search and filters that stand in the address. */
export class SessionList extends GatewayView {
  static override properties = { answer: { state: true }, agents: { state: true }, limit: { state: true } }

  static override styles = [
    controls,
    css`
      .filters {
        display: grid;
        grid-template-columns: minmax(12rem, 2fr) repeat(3, minmax(8rem, 1fr));
        gap: var(--gap-3);
      }

      td {
        vertical-align: middle;
      }

      .act {
        text-align: end;
      }

      .title {
        max-width: 26rem;
      }

      .title a {
        display: block;
        overflow: hidden;
        font-weight: 500;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .key {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      @media (max-width: 45rem) {
        .filters {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }

        .filters .field:is(:first-child, :last-child) {
          grid-column: 1 / -1;
        }

        table {
          table-layout: fixed;
        }

        .wide {
          display: none;
        }

        .last {
          width: 7.5rem;
        }
      }
    `,
  ]

  declare answer: Answer | null
  declare agents: readonly Agent[]
  declare limit: number

  readonly #typed = soon(() => this.#filter({ search: this.#searchField()?.value.trim() ?? '' }), TYPING_MS)
  readonly #spoken = soon(() => void this.reload(), QUIET_MS)

  constructor() {
    super()
    this.answer = null
    this.agents = []
    this.limit = PAGE
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.listen('chat', (payload) => {
      if ((payload as { readonly state?: string }).state !== 'delta') this.#spoken.ask()
    })
    this.keep(this.#spoken.cancel)
    this.keep(this.#typed.cancel)
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('route')
    if (before !== undefined && before.query.toString() !== this.route.query.toString()) void this.reload()
  }

  protected override async load(): Promise<void> {
    const { search, agent, active } = filtersOf(this.route.query)
    const [answer, { agents }] = await Promise.all([
      this.connection.request<Answer>('sessions.list', {
        limit: this.limit,
        includeDerivedTitles: true,
        includeGlobal: true,
        ...(search === '' ? {} : { search }),
        ...(agent === '' ? {} : { agentId: agent }),
        ...(Number(active) > 0 ? { activeMinutes: Math.ceil(Number(active)) } : {}),
      }),
      this.connection.request<{ readonly agents: readonly Agent[] }>('agents.list'),
    ])
    this.answer = answer
    this.agents = agents
  }

  protected override content(): TemplateResult {
    const filters = filtersOf(this.route.query)
    const rows = (this.answer?.sessions ?? []).filter(({ kind }) => filters.kind === '' || kind === filters.kind)
    const isFiltered = Object.values(filters).some((value) => value !== '')
    return html`<div class="page">
      <div class="head"><h1>${sessions.heading}</h1></div>
      ${this.#filters(filters)}
      ${rows.length > 0 ? this.#table(rows) : isFiltered ? this.#noMatch() : this.#none()}
    </div>`
  }

  #filters(filters: SessionFilters): TemplateResult {
    return html`<div class="filters" role="search">
      <div class="field">
        <label for="search">${sessions.search}</label>
        <input
          id="search"
          type="search"
          placeholder=${sessions.searchHint}
          .value=${filters.search}
          @input=${() => this.#typed.ask()}
        />
      </div>
      ${this.#select('agent', sessions.agent, filters.agent, [
        ['', sessions.allAgents],
        ...this.agents.map(({ id, name }) => [id, name ?? id] as const),
      ])}
      ${this.#select('kind', sessions.kind, filters.kind, [['', sessions.allKinds], ...Object.entries(sessions.kinds)])}
      ${this.#select('active', sessions.active, filters.active, [
        ['', sessions.anyTime],
        ...Object.entries(sessions.within),
      ])}
    </div>`
  }

  #select(name: keyof SessionFilters, label: string, chosen: string, choices: readonly (readonly [string, string])[]) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select
        id=${name}
        .value=${live(chosen)}
        @change=${(event: Event) => this.#filter({ [name]: (event.target as HTMLSelectElement).value })}
      >
        ${choices.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}
      </select>
    </div>`
  }

  #table(rows: readonly SessionRow[]): TemplateResult {
    const isCut = (this.answer?.count ?? 0) >= this.limit
    return html`<div>
        <table>
          <caption class="visually-hidden">${sessions.heading}</caption>
          <thead>
            <tr>
              <th scope="col">${sessions.session}</th>
              <th scope="col" class="wide">${sessions.model}</th>
              <th scope="col" class="wide number">${sessions.tokens}</th>
              <th scope="col" class="last">${sessions.lastActive}</th>
              <th scope="col" class="wide"><span class="visually-hidden">${sessions.chat}</span></th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              rows,
              ({ key }) => key,
              (row) => this.#row(row),
            )}
          </tbody>
        </table>
      </div>
      <div class="row">
        <p class="small muted" role="status">
          ${isCut ? sessions.shownNewest(rows.length) : sessions.shown(rows.length)}
        </p>
        ${isCut ? html`<button class="small" @click=${this.#more}>${sessions.more}</button>` : nothing}
      </div>`
  }

  #row(row: SessionRow): TemplateResult {
    const title = sessionTitle(row)
    return html`<tr>
      <td class="title">
        <a href=${linkTo('sessions', row.key)}>${title}</a>
        ${title === row.key ? nothing : html`<div class="key small muted">${row.key}</div>`}
      </td>
      <td class="wide">${row.model}</td>
      <td class="wide number">${this.#fill(row)}</td>
      <td class="last">
        <mayros-time at=${row.updatedAt}></mayros-time>
        ${row.abortedLastRun === true ? html`<span class="badge warn">${sessions.aborted}</span>` : nothing}
      </td>
      <td class="wide act"><a class="button" aria-label=${`${sessions.chat}: ${title}`} href=${linkTo('chat', row.key)}>${sessions.chat}</a></td>
    </tr>`
  }

  #fill({ totalTokens, contextTokens }: SessionRow): TemplateResult | string {
    if (totalTokens === undefined) return '–'
    const window = contextTokens ?? this.answer?.defaults.contextTokens ?? null
    if (window === null) return countWords(totalTokens)
    return html`<span title=${sessions.percentUsed(Math.round((100 * totalTokens) / window))}
      >${countWords(totalTokens)} / ${countWords(window)}</span
    >`
  }

  #none(): TemplateResult {
    return html`<mayros-empty heading=${sessions.none} text=${sessions.noneText}>
      <a class="button" href=${linkTo('chat')}>${sessions.startChat}</a>
    </mayros-empty>`
  }

  #noMatch(): TemplateResult {
    return html`<mayros-empty heading=${sessions.noMatch} text=${sessions.noMatchText}>
      <a class="button" href=${linkTo('sessions')}>${sessions.clear}</a>
    </mayros-empty>`
  }

  #filter(change: Partial<SessionFilters>): void {
    navigate(linkToFiltered({ ...filtersOf(this.route.query), ...change }), 'replace')
  }

  readonly #more = (): void => {
    this.limit += PAGE
    void this.reload()
  }

  #searchField(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('#search')
  }
}

customElements.define('mayros-session-list', SessionList)
