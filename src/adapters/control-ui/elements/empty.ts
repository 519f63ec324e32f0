import { css, html, LitElement, nothing } from 'lit'
import { controls } from '../styles/controls.js'

/** Stands where a list has nothing in it: says what will be here and, in the slot, how it comes to be. */
export class Empty extends LitElement {
  static override properties = { heading: {}, text: {} }

  static override styles = [
    controls,
    css`
      div {
        display: grid;
        justify-items: center;
        gap: var(--gap-2);
        padding: var(--gap-6) var(--gap-4);
        border: 1px dashed var(--line);
        border-radius: var(--radius-large);
        text-align: center;
      }
    `,
  ]

  declare heading: string
  declare text: string

  constructor() {
    super()
    this.heading = ''
    this.text = ''
  }

  override render() {
    return html`<div>
      ${this.heading === '' ? nothing : html`<h2>${this.heading}</h2>`}
      ${this.text === '' ? nothing : html`<p class="muted">${this.text}</p>`}
      <slot></slot>
    </div>`
  }
}

customElements.define('mayros-empty', Empty)
