import { css, html, LitElement, nothing } from 'lit'
import type { ErrorShape } from '../connection/request-refused.js'
import { login } from '../strings/en/login.js'
import { controls } from '../styles/controls.js'
import type { Entered } from './sign-in.js'
import '../elements/copy.js'

/** What the form says when it is sent. */
export class EnteredEvent extends Event {
  readonly entered: Entered

  constructor(entered: Entered) {
    super('entered', { bubbles: true, composed: true })
    this.entered = entered
  }
}

/** Asks for the token or the password of the gateway. */
export class CredentialsForm extends LitElement {
  static override properties = { error: { attribute: false }, isBusy: { attribute: false }, kind: { state: true } }

  static override styles = [
    controls,
    css`
      form,
      .stack {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
      }

      .row {
        justify-content: space-between;
      }

      .command {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        padding: var(--gap-2) var(--gap-3);
        border-radius: var(--radius);
        background: var(--surface-sunken);
      }

      .command code {
        flex: 1;
        overflow-wrap: anywhere;
      }
    `,
  ]

  /** Why the form is shown. */
  declare error: ErrorShape
  /** What was typed is being tried. */
  declare isBusy: boolean
  declare kind: 'token' | 'password' | null
  #tried: 'token' | 'password' | null = null

  constructor() {
    super()
    this.error = { code: '', message: '' }
    this.isBusy = false
    this.kind = null
  }

  override render() {
    const code = codeOf(this.error)
    const kind = this.kind ?? (code.startsWith('AUTH_PASSWORD') ? 'password' : 'token')
    const problem = this.isBusy ? null : problemOf(code, this.error.message, this.#tried)
    return html`<form class="stack" @submit=${(event: SubmitEvent) => this.#submit(event, kind)}>
      <h1>${login.signIn}</h1>
      ${problem === null ? nothing : html`<p id="problem" class="error" role="alert">${problem}</p>`}
      <div class="field">
        <label for="secret">${login[kind]}</label>
        <input
          id="secret"
          name="secret"
          type="password"
          required
          autofocus
          autocomplete="current-password"
          aria-invalid=${problem === null ? 'false' : 'true'}
          aria-describedby=${problem === null ? nothing : 'problem'}
        />
      </div>
      <div class="row">
        <button class="primary" type="submit" ?disabled=${this.isBusy}>${this.isBusy ? login.entering : login.enter}</button>
        <button class="quiet" type="button" @click=${() => this.#change(kind)}>
          ${kind === 'token' ? login.usePassword : login.useToken}
        </button>
      </div>
      <p class="hint">${login.whereToken}</p>
      <div class="command">
        <code>${login.dashboardCommand}</code>
        <mayros-copy text=${login.dashboardCommand} label=${login.copyCommand}></mayros-copy>
      </div>
    </form>`
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus()
  }

  #change(kind: 'token' | 'password'): void {
    this.kind = kind === 'token' ? 'password' : 'token'
  }

  #submit(event: SubmitEvent, kind: 'token' | 'password'): void {
    event.preventDefault()
    const secret = this.renderRoot.querySelector('input')?.value.trim() ?? ''
    if (secret === '') return
    this.#tried = kind
    this.kind = null
    this.dispatchEvent(new EnteredEvent(kind === 'token' ? { token: secret } : { password: secret }))
  }
}

function codeOf({ details }: ErrorShape): string {
  return String((details as { readonly code?: unknown } | undefined)?.code ?? '')
}

/** Nothing to complain about where nothing was shown yet. */
function problemOf(code: string, message: string, tried: 'token' | 'password' | null): string | null {
  if (code === 'AUTH_TOKEN_MISSING') return tried === 'password' ? login.wantsToken : null
  if (code === 'AUTH_PASSWORD_MISSING') return tried === 'token' ? login.wantsPassword : null
  if (code === 'AUTH_TOKEN_MISMATCH') return `${login.wrongToken} ${login.linkSpent}`
  if (code === 'AUTH_PASSWORD_MISMATCH') return login.wrongPassword
  if (code === 'AUTH_DEVICE_TOKEN_MISMATCH') return login.deviceForgotten
  return message
}

customElements.define('mayros-credentials-form', CredentialsForm)
