import { css, html, nothing, type TemplateResult } from 'lit'
import { MAIN_KEY, parseAgentKey } from '../../../../domain/session/session-key.js'
import { attempt } from '../../elements/attempt.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { downloadText } from '../../elements/download-text.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { soon } from '../../elements/soon.js'
import { toast } from '../../elements/toast.js'
import { linkTo, navigate } from '../../router/route.js'
import { sessions } from '../../strings/en/sessions.js'
import { controls } from '../../styles/controls.js'
import type { AskHistory } from '../chat/history.js'
import { fileNameOf } from './file-name.js'
import type { Archive } from './session-archives.js'
import type { SessionList, SessionRow } from './session-row.js'
import type { ModelOption } from './session-settings.js'
import { sessionTitle } from './session-title.js'
import type { SessionUsage, UsageAnswer } from './session-usage.js'
import { transcriptText } from './transcript-text.js'
import { wholeHistory } from './whole-history.js'
import '../../elements/copy.js'
import '../../elements/relative-time.js'
import './session-archives.js'
import './session-settings.js'
import './usage-card.js'

const QUIET_MS = 1_500

/** Everything about one session but what is said in it. */
export class SessionPage extends GatewayView {
  static override properties = {
    row: { state: true },
    usage: { state: true },
    archives: { state: true },
    models: { state: true },
    isExporting: { state: true },
  }

  static override styles = [
    controls,
    css`
      h1 {
        overflow-wrap: anywhere;
      }

      .about code {
        overflow-wrap: anywhere;
      }

      .actions {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--gap-2) var(--gap-4);
        align-items: center;
      }
    `,
  ]

  /** Null: there is no such session. */
  declare row: SessionRow | null
  declare usage: SessionUsage | null
  declare archives: readonly Archive[]
  declare models: readonly ModelOption[]
  declare isExporting: boolean

  readonly #spoken = soon(() => void this.reload(), QUIET_MS)

  constructor() {
    super()
    this.row = null
    this.usage = null
    this.archives = []
    this.models = []
    this.isExporting = false
  }

  get #key(): string {
    return this.route.parts[0] ?? ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.listen('chat', (payload) => {
      const { sessionKey, state } = payload as { readonly sessionKey?: string; readonly state?: string }
      if (sessionKey === this.row?.key && state !== 'delta') this.#spoken.ask()
    })
    this.keep(this.#spoken.cancel)
  }

  protected override async load(): Promise<void> {
    const { connection } = this
    const key = this.#key.toLowerCase()
    const found = { search: key, includeDerivedTitles: true, includeGlobal: true, includeUnknown: true }
    const [{ sessions: rows }, { sessions: used }, { archives }, { models }] = await Promise.all([
      connection.request<SessionList>('sessions.list', found),
      connection.request<UsageAnswer>('sessions.usage', { key, mode: 'gateway' }),
      connection.request<{ readonly archives: readonly Archive[] }>('sessions.archives', { key }),
      connection.request<{ readonly models: readonly ModelOption[] }>('models.list'),
    ])
    this.row = rows.find((row) => row.key === key) ?? null
    this.usage = used.find((one) => one.key === key)?.usage ?? null
    this.archives = archives
    this.models = models
  }

  protected override content(): TemplateResult {
    const { row } = this
    return html`<div class="page">
      <div><a href=${linkTo('sessions')}>← ${sessions.back}</a></div>
      ${row === null ? this.#gone() : this.#about(row)}
      <mayros-session-archives
        ?hidden=${this.archives.length === 0}
        .connection=${this.connection}
        .sessionKey=${this.#key}
        .archives=${this.archives}
      ></mayros-session-archives>
      ${row === null ? nothing : this.#endings(row)}
    </div>`
  }

  #gone(): TemplateResult {
    return html`<h1>${sessions.gone}</h1>
      <mayros-empty text=${sessions.goneText(this.#key)}></mayros-empty>`
  }

  #about(row: SessionRow): TemplateResult {
    return html`<div class="head">
        <div class="about">
          <h1>${sessionTitle(row)}</h1>
          <div class="row small muted">
            <code>${row.key}</code>
            <mayros-copy text=${row.key} label=${sessions.copyKey}></mayros-copy>
            <span>${sessions.lastActive} <mayros-time at=${row.updatedAt}></mayros-time></span>
            ${row.channel === undefined ? nothing : html`<span class="badge">${row.channel}</span>`}
            ${row.abortedLastRun === true ? html`<span class="badge warn">${sessions.aborted}</span>` : nothing}
          </div>
        </div>
        <a class="button" href=${linkTo('chat', row.key)}>${sessions.chat}</a>
      </div>
      <mayros-session-settings
        .connection=${this.connection}
        .row=${row}
        .models=${this.models}
        @session-changed=${() => this.reload()}
      ></mayros-session-settings>
      <mayros-usage-card .usage=${this.usage}></mayros-usage-card>
      <section class="card stack" aria-labelledby="export">
        <h2 id="export">${sessions.export}</h2>
        <p class="muted">${sessions.exportText}</p>
        <div class="row">
          <button ?disabled=${this.isExporting} @click=${() => this.#export(row, 'md')}>${sessions.exportMarkdown}</button>
          <button ?disabled=${this.isExporting} @click=${() => this.#export(row, 'json')}>${sessions.exportJson}</button>
          <span class="muted" role="status">${this.isExporting ? sessions.exporting : ''}</span>
        </div>
      </section>`
  }

  #endings(row: SessionRow): TemplateResult {
    const may = (method: string) => this.connection.can(method)
    return html`<section class="card stack" aria-labelledby="endings">
      <h2 id="endings">${sessions.danger}</h2>
      <div class="actions">
        <button ?disabled=${!may('sessions.compact')} @click=${() => this.#compact(row)}>${sessions.compact}</button>
        <p>${sessions.compactText}</p>
        <button ?disabled=${!may('sessions.reset')} @click=${() => this.#reset(row)}>${sessions.reset}</button>
        <p>${sessions.resetText}</p>
        <button
          class="danger"
          ?disabled=${isMainKey(row.key) || !may('sessions.delete')}
          @click=${() => this.#delete(row)}
        >
          ${sessions.delete}
        </button>
        <p>${sessions.deleteText}</p>
      </div>
    </section>`
  }

  async #export(row: SessionRow, extension: 'md' | 'json'): Promise<void> {
    this.isExporting = true
    const { key: sessionKey } = row
    const ask: AskHistory = (about) => this.connection.request('chat.history', { sessionKey, ...about })
    const messages = await attempt(wholeHistory(ask))
    this.isExporting = false
    if (messages === null) return
    const name = fileNameOf(row.key, Date.now(), extension)
    if (extension === 'md') downloadText(name, 'text/markdown', transcriptText(sessionTitle(row), messages))
    else downloadText(name, 'application/json', JSON.stringify({ session: row, messages }, null, 2))
    toast(sessions.exported(messages.length), 'ok')
  }

  async #compact({ key }: SessionRow): Promise<void> {
    const done = await attempt(this.connection.request<{ readonly compacted: boolean }>('sessions.compact', { key }))
    if (done === null) return
    toast(done.compacted ? sessions.compacted : sessions.notCompacted, done.compacted ? 'ok' : 'info')
    await this.reload()
  }

  async #reset({ key }: SessionRow): Promise<void> {
    if (!(await confirmAction(sessions.resetAsk, sessions.reset))) return
    await attempt(this.connection.request('sessions.reset', { key }), sessions.resetDone)
    await this.reload()
  }

  async #delete(row: SessionRow): Promise<void> {
    if (!(await confirmAction(sessions.deleteAsk(sessionTitle(row)), sessions.delete))) return
    const done = await attempt(this.connection.request('sessions.delete', { key: row.key }), sessions.deleted)
    if (done !== null) navigate(linkTo('sessions'))
  }
}

/** Main sessions cannot be deleted. */
function isMainKey(key: string): boolean {
  return key === 'global' || parseAgentKey(key)?.rest === MAIN_KEY
}

customElements.define('mayros-session-page', SessionPage)
