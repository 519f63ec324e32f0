import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import type { ConnectionState } from '../connection/connection-state.js'
import type { ErrorShape } from '../connection/request-refused.js'
import { login } from '../strings/en/login.js'
import { controls } from '../styles/controls.js'
import '../elements/copy.js'
import '../elements/loading.js'
import './credentials-form.js'

/** What stands in front of the page until the gateway has let this browser in: a form, or why not and what to do. */
export class Door extends LitElement {
  static override properties = { state: { attribute: false }, tick: { state: true } }

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        place-items: center;
        min-height: 100%;
        padding: var(--gap-4);
      }

      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
        width: min(30rem, 100%);
      }

      header {
        display: flex;
        align-items: center;
        gap: var(--gap-3);
        color: var(--text-muted);
        font-weight: 600;
      }

      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-4);
        padding: var(--gap-5);
        box-shadow: var(--shadow);
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

  declare state: ConnectionState
  declare tick: number
  /** The form stays while what was typed is being tried. */
  #lastRefusal: ErrorShape | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.state = { kind: 'idle' }
    this.tick = 0
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => {
      if (this.state.kind === 'waiting') this.tick++
    }, 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  override willUpdate(): void {
    if (this.state.kind !== 'connecting') this.#lastRefusal = this.state.kind === 'refused' ? this.state.error : null
  }

  override render() {
    return html`<main>
      <header>${login.heading}</header>
      <section class="card">${this.#screen()}</section>
      ${window.isSecureContext ? nothing : notPrivate()}
    </main>`
  }

  #screen(): TemplateResult {
    const { state } = this
    if (state.kind === 'refused') return this.#refused(state.error)
    if (state.kind === 'waiting') return this.#waiting(state.reason, state.retryAt)
    if (state.kind === 'connecting' && this.#lastRefusal !== null && isAboutCredentials(this.#lastRefusal)) {
      return this.#refused(this.#lastRefusal)
    }
    return html`<h1 class="visually-hidden">${login.connecting}</h1><mayros-loading></mayros-loading>`
  }

  #waiting(reason: string, retryAt: number): TemplateResult {
    const seconds = Math.ceil((retryAt - Date.now()) / 1000)
    return html`<h1>${login.unreachable}</h1>
      <p role="alert">${sentence(reason)}</p>
      <div class="row"><button class="primary" @click=${this.#again}>${login.tryNow}</button>
      <span class="muted">${login.retryIn(seconds)}</span></div>`
  }

  #refused(error: ErrorShape): TemplateResult {
    const { code = '', requestId, reason } = (error.details ?? {}) as Readonly<Record<string, string | undefined>>
    if (code === 'PAIRING_REQUIRED') return this.#pairing(requestId, reason)
    if (isAboutCredentials(error)) {
      const isBusy = this.state.kind === 'connecting'
      return html`<mayros-credentials-form .error=${error} .isBusy=${isBusy}></mayros-credentials-form>`
    }
    if (/^origin not allowed/.test(error.message)) {
      return html`<h1>${login.origin}</h1>
        <p>${login.originText}</p>
        ${command(login.originCommand(window.location.origin))} ${this.#retry()}`
    }
    if (/^protocol mismatch/.test(error.message)) {
      return html`<h1>${login.protocol}</h1>
        <button class="primary" @click=${() => window.location.reload()}>${login.reload}</button>`
    }
    return html`<h1>${login.refused}</h1><p role="alert">${sentence(error.message)}</p>${this.#retry()}`
  }

  #pairing(requestId: string | undefined, reason: string | undefined): TemplateResult {
    return html`<h1>${login.pairing}</h1>
      <p>${login.pairingReasons[reason ?? ''] ?? ''} ${login.pairingText}</p>
      ${command(`mayros devices approve ${requestId ?? '--latest'}`)}
      <p class="muted">${login.pairingAlso}</p>`
  }

  #retry(): TemplateResult {
    return html`<button @click=${this.#again}>${login.tryAgain}</button>`
  }

  readonly #again = (): void => {
    this.dispatchEvent(new Event('again'))
  }
}

/** What was typed, and everything afterwards, can be read on the way. */
function notPrivate(): TemplateResult {
  return html`<aside class="notice warn stack" aria-labelledby="not-private">
    <h2 id="not-private">${login.notPrivate}</h2>
    <p>${login.notPrivateText}</p>
    ${command(login.tunnelCommand(window.location.port || '80'))}
  </aside>`
}

function command(text: string): TemplateResult {
  return html`<div class="command">
    <code>${text}</code><mayros-copy text=${text} label=${login.copyCommand}></mayros-copy>
  </div>`
}

function isAboutCredentials({ details }: ErrorShape): boolean {
  return String((details as { readonly code?: unknown } | undefined)?.code ?? '').startsWith('AUTH_')
}

/** Messages of the protocol begin small. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

customElements.define('mayros-door', Door)
