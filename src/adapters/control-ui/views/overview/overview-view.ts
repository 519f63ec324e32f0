import { css, html, nothing, type TemplateResult } from 'lit'
import { RequestRefused } from '../../connection/request-refused.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { byteWords } from '../../format/bytes.js'
import { countWords } from '../../format/count.js'
import { durationWords } from '../../format/duration.js'
import { moneyWords } from '../../format/money.js'
import { linkTo } from '../../router/route.js'
import { overview } from '../../strings/en/overview.js'
import { controls } from '../../styles/controls.js'
import { FigureCourse } from './figure-course.js'
import { findIssues } from './find-issues.js'
import type { GatewayFigures } from './gateway-figures.js'
import type { GatewayState, Health } from './gateway-state.js'
import { loadState } from './load-state.js'
import { loadSpending, type Spending } from './spending.js'
import './channel-states.js'
import './issue-list.js'
import './line-chart.js'
import '../../elements/relative-time.js'

const LOOK_EVERY_MS = 2_000
/** Not everything that may need somebody is told by an event. */
const ASK_EVERY_MS = 10_000
const QUIET_MS = 400
/** Kept while the page lives, so that coming back shows what went on before. */
const course = new FigureCourse()

/** How the gateway is, at a glance, and what needs somebody. */
export class OverviewView extends GatewayView {
  static override properties = { state: { state: true }, spending: { state: true }, figures: { state: true } }

  static override styles = [
    controls,
    css`
      .figures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr));
        gap: var(--gap-3);
        margin: 0;
      }

      .figures .card {
        padding: var(--gap-3) var(--gap-4);
      }

      dt {
        color: var(--text-muted);
        font-size: var(--size-small);
      }

      dd {
        margin: 0;
      }

      .large {
        font-size: var(--size-heading);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }

      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
        gap: var(--gap-4);
      }

      ul {
        display: grid;
        gap: var(--gap-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        justify-content: space-between;
        gap: var(--gap-3);
      }

      li a {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      li mayros-time {
        flex: none;
      }
    `,
  ]

  declare state: GatewayState | null
  declare spending: Spending | null
  declare figures: GatewayFigures | null

  readonly #news = soon(() => void this.reload(), QUIET_MS)
  #look: ReturnType<typeof setInterval> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  /** The health as the gateway told it, until it was looked at. */
  #told: Health | null = null

  constructor() {
    super()
    this.state = null
    this.spending = null
    this.figures = course.latest
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.listen('health', (health) => {
      this.#told = health as Health
      this.#news.ask()
    })
    for (const event of NEWS) this.listen(event, () => this.#news.ask())
    this.keep(this.#news.cancel)
    this.#watch = setInterval(() => {
      if (document.visibilityState === 'visible') this.#news.ask()
    }, ASK_EVERY_MS)
    this.#look = setInterval(() => {
      if (document.visibilityState === 'visible') void this.#readFigures()
    }, LOOK_EVERY_MS)
    this.keep(() => clearInterval(this.#watch))
    this.keep(() => clearInterval(this.#look))
    void this.#readFigures()
  }

  protected override async load(): Promise<void> {
    const told = this.#told
    this.#told = null
    const [state, spending] = await Promise.all([loadState(this.connection, told), loadSpending(this.connection)])
    this.state = state
    this.spending = spending
  }

  protected override content(): TemplateResult | typeof nothing {
    const { state } = this
    if (state === null) return nothing
    const issues = findIssues(state)
    return html`<div class="page">
      <div class="head">
        <h1>${overview.heading}</h1>
        ${
          issues.length === 0
            ? html`<span class="badge ok">${overview.fine}</span>`
            : html`<span class="badge ${issues[0]?.kind ?? ''}">${overview.issues(issues.length)}</span>`
        }
      </div>
      <mayros-issue-list ?hidden=${issues.length === 0} .issues=${issues}></mayros-issue-list>
      ${this.#figures(state)} ${this.figures === null ? nothing : this.#charts()}
      <div class="charts">${this.#recent(state)} ${this.#channels(state)}</div>
    </div>`
  }

  #figures({ health }: GatewayState): TemplateResult {
    const { figures, spending } = this
    const version = this.connection.hello?.server.version ?? ''
    const { operator = 0, node = 0 } = figures?.clients ?? {}
    return html`<dl class="figures" aria-label=${overview.figures}>
      ${figures === null ? nothing : figure(overview.uptime, durationWords(figures.uptimeMs), overview.version(version))}
      ${figures === null ? nothing : figure(overview.connections, countWords(operator + node), overview.nodes(node))}
      ${
        figures === null
          ? nothing
          : figure(overview.runs, overview.running(figures.runs.running), overview.waiting(figures.runs.waiting))
      }
      ${figure(overview.sessions, countWords(health.sessions.count), html`<a href=${linkTo('sessions')}>${overview.allSessions}</a>`)}
      ${
        spending === null
          ? nothing
          : figure(
              overview.today,
              moneyWords(spending.today.cost),
              `${overview.tokens(countWords(spending.today.tokens))}, ${overview.month(moneyWords(spending.month.cost))}`,
            )
      }
      ${
        figures === null
          ? nothing
          : figure(
              overview.memory,
              byteWords(figures.memory.residentBytes),
              overview.heap(byteWords(figures.memory.heapUsedBytes)),
            )
      }
    </dl>`
  }

  #charts(): TemplateResult {
    return html`<section class="stack" aria-labelledby="charts">
      <h2 id="charts">${overview.charts}</h2>
      <div class="charts">
        <mayros-line-chart
          heading=${overview.loopDelay}
          text=${overview.loopDelayText}
          .values=${course.loopDelays}
          .least=${20}
          .words=${(value: number) => `${value.toFixed(1)} ms`}
        ></mayros-line-chart>
        <mayros-line-chart
          heading=${overview.requests}
          text=${overview.requestsText}
          .values=${course.requestRates}
          .least=${5}
          .words=${(value: number) => value.toFixed(1)}
        ></mayros-line-chart>
      </div>
    </section>`
  }

  #recent({ health }: GatewayState): TemplateResult {
    const { recent } = health.sessions
    return html`<section class="card stack" aria-labelledby="recent">
      <h2 id="recent">${overview.recent}</h2>
      ${
        recent.length === 0
          ? html`<p class="muted">${overview.noSessions}</p>
              <div><a class="button" href=${linkTo('chat')}>${overview.chat}</a></div>`
          : html`<ul>
              ${recent.map(
                ({ key, updatedAt }) =>
                  html`<li><a href=${linkTo('chat', key)}>${key}</a><mayros-time at=${updatedAt}></mayros-time></li>`,
              )}
            </ul>`
      }
    </section>`
  }

  #channels({ channels }: GatewayState): TemplateResult {
    return html`<section class="card stack" aria-labelledby="channels">
      <h2 id="channels">${overview.channels}</h2>
      <mayros-channel-states .channels=${channels}></mayros-channel-states>
    </section>`
  }

  async #readFigures(): Promise<void> {
    if (this.connection.state.kind !== 'connected') return
    try {
      const figures = await this.connection.request<GatewayFigures>('metrics.snapshot')
      course.add(figures)
      this.figures = figures
    } catch (thrown) {
      // Nobody misses a reading: the next one comes. A gateway that does not tell its figures is not asked again.
      if (thrown instanceof RequestRefused && thrown.code === 'DISCONNECTED') return
      clearInterval(this.#look)
    }
  }
}

/** Events after which something may need somebody, or does not any more. */
const NEWS = [
  'device.pair.requested',
  'device.pair.resolved',
  'channel.pairing.requested',
  'channel.pairing.resolved',
  'exec.approval.requested',
  'exec.approval.resolved',
] as const

function figure(name: string, value: string, about: TemplateResult | string): TemplateResult {
  return html`<div class="card">
    <dt>${name}</dt>
    <dd class="large">${value}</dd>
    <dd class="small muted">${about}</dd>
  </div>`
}

customElements.define('mayros-overview-view', OverviewView)
