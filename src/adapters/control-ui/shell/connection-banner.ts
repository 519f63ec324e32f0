import { css, html, LitElement, nothing } from 'lit'
import type { ConnectionState } from '../connection/connection-state.js'
import type { GatewayConnection } from '../connection/gateway-connection.js'
import { login } from '../strings/en/login.js'
import { shell } from '../strings/en/shell.js'
import { controls } from '../styles/controls.js'

/** Says over every view that the connection is lost and why, and that the gateway was updated under the page. */
export class ConnectionBanner extends LitElement {
  static override properties = {
    connection: { attribute: false },
    state: { attribute: false },
    firstVersion: { attribute: false },
  }

  static override styles = [
    controls,
    css`
      div:not(:empty) {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-2) var(--gap-4);
        padding: var(--gap-2) var(--gap-4);
        background: var(--warn-soft);
      }
    `,
  ]

  declare connection: GatewayConnection
  declare state: ConnectionState
  /** Version of the gateway this page was loaded from. */
  declare firstVersion: string | null
  #timer: ReturnType<typeof setInterval> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => {
      if (this.state.kind === 'waiting') this.requestUpdate()
    }, 1000)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  override render() {
    return html`<div role="status">${this.#words()}</div>`
  }

  #words(): unknown {
    const { state } = this
    if (state.kind === 'connecting') return html`<span>${shell.reconnecting}</span>`
    if (state.kind === 'waiting') {
      const seconds = Math.ceil((state.retryAt - Date.now()) / 1000)
      return html`<span>${shell.lost(state.reason)} <span aria-hidden="true">${login.retryIn(seconds)}</span></span>
        <button class="small" @click=${() => this.connection.open()}>${shell.retryNow}</button>`
    }
    const version = this.connection.hello?.server.version ?? null
    if (version === null || version === this.firstVersion) return nothing
    return html`<span>${shell.outdated(version)}</span>
      <button class="small" @click=${() => window.location.reload()}>${shell.reload}</button>`
  }
}

customElements.define('mayros-connection-banner', ConnectionBanner)
