import { css, html, LitElement, type PropertyValues } from 'lit'
import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { icon } from '../../elements/icon.js'
import { toast } from '../../elements/toast.js'
import { withoutMarks } from '../../format/without-marks.js'
import { linkTo, navigate } from '../../router/route.js'
import { chat } from '../../strings/en/chat.js'
import { controls } from '../../styles/controls.js'

/** A row of `sessions.list`, as far as this bar shows it. */
export interface SessionRow {
  readonly key: string
  readonly label?: string
  readonly displayName?: string
  readonly derivedTitle?: string
  readonly modelProvider?: string
  readonly model?: string
}

interface ModelRow {
  readonly id: string
  readonly name: string
  readonly provider: string
}

const LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

/** Over the messages: which session it is, and how its agent answers. */
export class SessionBar extends LitElement {
  static override properties = {
    connection: { attribute: false },
    sessionKey: { attribute: false },
    sessions: { attribute: false },
    defaults: { attribute: false },
    thinkingLevel: { attribute: false },
    isToolOutputLive: { attribute: false },
    models: { state: true },
    isUnfolded: { state: true },
  }

  static override styles = [
    controls,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--gap-2) var(--gap-3);
        padding: var(--gap-2) var(--gap-4);
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }

      label {
        display: grid;
        flex: 0 1 12rem;
        min-width: 6.5rem;
        color: var(--text-muted);
        font-size: var(--size-small);
        font-weight: 400;
      }

      label.wide {
        flex: 1 1 14rem;
        max-width: 40rem;
      }

      label.check {
        display: flex;
        flex: none;
        align-items: center;
        gap: var(--gap-2);
        min-height: 2.25rem;
      }

      .settings {
        display: contents;
      }

      .fold {
        display: none;
      }

      @media (max-width: 40rem) {
        label.wide {
          flex: 1 1 50%;
        }

        .fold {
          display: inline-flex;
        }

        .settings:not(.unfolded) {
          display: none;
        }
      }
    `,
  ]

  declare connection: GatewayConnection
  declare sessionKey: string
  declare sessions: readonly SessionRow[]
  declare defaults: Pick<SessionRow, 'modelProvider' | 'model'>
  declare thinkingLevel: string
  declare isToolOutputLive: boolean
  declare models: readonly ModelRow[]
  /** On narrow screens the settings are shown on demand. */
  declare isUnfolded: boolean

  constructor() {
    super()
    this.sessions = []
    this.defaults = {}
    this.thinkingLevel = 'off'
    this.isToolOutputLive = false
    this.models = []
    this.isUnfolded = false
  }

  override firstUpdated(): void {
    this.connection.request<{ readonly models: readonly ModelRow[] }>('models.list').then(
      ({ models }) => {
        this.models = models
      },
      (thrown: unknown) => toast(thrown instanceof Error ? thrown.message : String(thrown), 'warn'),
    )
  }

  /** Values of lists are set when their options are there. */
  override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    for (const select of this.renderRoot.querySelectorAll('select')) select.value = select.dataset.value ?? ''
  }

  override render() {
    const row = this.sessions.find(({ key }) => key === this.sessionKey)
    const mayChange = this.connection.can('sessions.patch')
    return html`<div>
      <label class="wide">
        ${chat.session}
        <select data-value=${this.sessionKey} @change=${(event: Event) => navigate(linkTo('chat', chosenIn(event)))}>
          ${row === undefined ? html`<option value=${this.sessionKey}>${this.sessionKey}</option>` : ''}
          ${this.sessions.map((session) => html`<option value=${session.key}>${titleOf(session)}</option>`)}
        </select>
      </label>
      <button class="icon" aria-label=${chat.newChat} title=${chat.newChat} @click=${() => this.dispatchEvent(new Event('new-chat'))}>
        ${icon('plus')}
      </button>
      <button
        class="icon fold"
        aria-label=${chat.settings}
        title=${chat.settings}
        aria-expanded=${this.isUnfolded}
        @click=${() => {
          this.isUnfolded = !this.isUnfolded
        }}
      >
        ${icon('config')}
      </button>
      <span class="settings ${this.isUnfolded ? 'unfolded' : ''}">
      ${this.#modelPicker(row ?? this.defaults, mayChange)}
      <label>
        ${chat.thinking}
        <select data-value=${this.thinkingLevel} ?disabled=${!mayChange} @change=${(event: Event) => this.#patch({ thinkingLevel: chosenIn(event) })}>
          ${LEVELS.map((level) => html`<option value=${level}>${level}</option>`)}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          .checked=${this.isToolOutputLive}
          ?disabled=${!mayChange}
          @change=${(event: Event) => this.#patch({ verboseLevel: (event.target as HTMLInputElement).checked ? 'full' : null })}
        />
        ${chat.toolOutput}
      </label>
      </span>
    </div>`
  }

  #modelPicker(row: Pick<SessionRow, 'modelProvider' | 'model'>, mayChange: boolean) {
    const current = row.model === undefined ? '' : `${row.modelProvider}/${row.model}`
    const isListed = this.models.some(({ provider, id }) => `${provider}/${id}` === current)
    return html`<label>
      ${chat.model}
      <select data-value=${current} ?disabled=${!mayChange} @change=${(event: Event) => this.#patch({ model: chosenIn(event) })}>
        ${isListed ? '' : html`<option value=${current}>${row.model ?? ''}</option>`}
        ${this.models.map(({ provider, id, name }) => html`<option value=${`${provider}/${id}`}>${name}</option>`)}
      </select>
    </label>`
  }

  async #patch(changes: object): Promise<void> {
    try {
      await this.connection.request('sessions.patch', { key: this.sessionKey, ...changes })
    } catch (thrown) {
      toast(thrown instanceof Error ? thrown.message : String(thrown), 'danger')
    }
    this.dispatchEvent(new Event('patched'))
  }
}

/** How people call a session. */
function titleOf({ key, label, displayName, derivedTitle }: SessionRow): string {
  const title = label ?? displayName ?? (derivedTitle === undefined ? undefined : withoutMarks(derivedTitle))
  return title === undefined ? key : `${title} (${key})`
}

function chosenIn(event: Event): string {
  return (event.target as HTMLSelectElement).value
}

customElements.define('mayros-session-bar', SessionBar)
