import { css, html, LitElement, nothing } from 'lit'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'

/** Stands where something failed: what, why, and a button to try again when `retry` is set. */
export class Problem extends LitElement {
  static override properties = { heading: {}, text: {}, retry: { attribute: false } }

  static override styles = [
    controls,
    css`
      div {
        display: grid;
        justify-items: center;
        gap: var(--gap-3);
        margin: var(--gap-4);
        padding: var(--gap-5) var(--gap-4);
        border-radius: var(--radius-large);
        background: var(--danger-soft);
        text-align: center;
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare heading: string
  declare text: string
  declare retry: (() => void) | null

  constructor() {
    super()
    this.heading = ''
    this.text = ''
    this.retry = null
  }

  override render() {
    const { retry } = this
    return html`<div role="alert">
      <h2>${this.heading}</h2>
      ${this.text === '' ? nothing : html`<p>${this.text}</p>`}
      <slot></slot>
      ${retry === null ? nothing : html`<button @click=${() => retry()}>${states.tryAgain}</button>`}
    </div>`
  }
}

customElements.define('mayros-problem', Problem)
