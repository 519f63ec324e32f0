import { css, html, LitElement, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { attempt } from '../../elements/attempt.js'
import { sessions } from '../../strings/en/sessions.js'
import { controls } from '../../styles/controls.js'
import type { SessionRow } from './session-row.js'

/** Words of each setting; the empty one, before them, clears it. */
const CHOICES = {
  thinkingLevel: ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  reasoningLevel: ['on', 'stream'],
  verboseLevel: ['off', 'on', 'full'],
  responseUsage: ['tokens', 'full'],
  elevatedLevel: ['off', 'on', 'ask', 'full'],
  sendPolicy: ['allow', 'deny'],
} as const satisfies Readonly<Partial<Record<keyof SessionRow, readonly string[]>>>

export interface ModelOption {
  readonly id: string
  readonly name: string
  readonly provider: string
}

/** A setting of a session has been changed. */
export class SessionChangedEvent extends Event {
  constructor() {
    super('session-changed', { bubbles: true, composed: true })
  }
}

/** Name, model and levels of one session. A choice counts at once, the name when it is saved. */
export class SessionSettings extends LitElement {
  static override properties = {
    connection: { attribute: false },
    row: { attribute: false },
    models: { attribute: false },
    isBusy: { state: true },
  }

  static override styles = [
    controls,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
        gap: var(--gap-3);
      }

      .name {
        display: flex;
        gap: var(--gap-2);
        max-width: 32rem;
      }
    `,
  ]

  declare connection: GatewayConnection
  declare row: SessionRow
  declare models: readonly ModelOption[]
  declare isBusy: boolean

  constructor() {
    super()
    this.models = []
    this.isBusy = false
  }

  override render() {
    const { row } = this
    return html`<section class="card stack" aria-labelledby="settings">
      <h2 id="settings">${sessions.settings}</h2>
      <form class="field" @submit=${this.#rename}>
        <label for="label">${sessions.rename}</label>
        <div class="name">
          <input id="label" maxlength="64" aria-describedby="label-hint" .value=${row.label ?? ''} />
          <button type="submit" ?disabled=${this.isBusy || !this.#may()}>${sessions.save}</button>
        </div>
        <p id="label-hint" class="hint">${sessions.renameHint}</p>
      </form>
      <div class="grid">
        ${this.#model()} ${Object.entries(CHOICES).map(([name, words]) => this.#level(name as keyof typeof CHOICES, words))}
      </div>
    </section>`
  }

  #model(): TemplateResult {
    const current = `${this.row.modelProvider}/${this.row.model}`
    const known = this.models.map(({ provider, id, name }) => [`${provider}/${id}`, name] as const)
    const listed = known.some(([ref]) => ref === current) ? known : [[current, current] as const, ...known]
    return this.#select('model', sessions.model, current, listed)
  }

  #level(name: keyof typeof CHOICES, words: readonly string[]): TemplateResult {
    const choices = words.map((word) => [word, sessions.words[word] ?? word] as const)
    return this.#select(name, sessions.levels[name] ?? name, this.row[name] ?? '', [['', sessions.inherit], ...choices])
  }

  #select(name: string, label: string, chosen: string, choices: readonly (readonly [string, string])[]) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select
        id=${name}
        ?disabled=${this.isBusy || !this.#may()}
        .value=${live(chosen)}
        @change=${(event: Event) => this.#choose(name, (event.target as HTMLSelectElement).value)}
      >
        ${choices.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}
      </select>
    </div>`
  }

  #choose(name: string, value: string): Promise<void> {
    return this.#patch({ [name]: value === '' ? null : value }, sessions.changed)
  }

  readonly #rename = (event: SubmitEvent): void => {
    event.preventDefault()
    const label = this.renderRoot.querySelector<HTMLInputElement>('#label')?.value.trim() ?? ''
    void this.#patch({ label: label === '' ? null : label }, sessions.renamed)
  }

  async #patch(change: object, done: string): Promise<void> {
    this.isBusy = true
    await attempt(this.connection.request('sessions.patch', { key: this.row.key, ...change }), done)
    this.isBusy = false
    this.dispatchEvent(new SessionChangedEvent())
  }

  #may(): boolean {
    return this.connection.can('sessions.patch')
  }
}

customElements.define('mayros-session-settings', SessionSettings)
