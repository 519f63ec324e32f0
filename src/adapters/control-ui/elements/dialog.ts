import { css, html, LitElement, nothing } from 'lit'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import { icon } from './icon.js'
import './toasts.js'

/**
 * A modal dialog with a heading: `<mayros-dialog heading="Rename">…<button slot="actions">…</mayros-dialog>`. Open it
 * with `show()` or the attribute `open`; it tells of its end, however it came, by the event `close`. Escape closes it,
 * the focus goes back to where it was.
 */
export class Dialog extends LitElement {
  static override properties = { heading: {}, open: { type: Boolean, reflect: true } }

  static override styles = [
    controls,
    css`
      :host {
        display: contents;
      }

      dialog {
        width: min(36rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--surface-raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }

      .head,
      .body,
      .foot {
        padding: var(--gap-4);
      }

      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-3);
        padding-bottom: 0;
      }

      .foot {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--gap-2);
        padding-top: 0;
      }
    `,
  ]

  declare heading: string
  declare open: boolean

  constructor() {
    super()
    this.heading = ''
    this.open = false
  }

  /** Also opens again what was closed a moment ago and has not told so yet. */
  show(): void {
    this.open = true
    this.requestUpdate()
  }

  close(): void {
    this.open = false
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog')
    if (dialog === null || dialog.open === this.open) return
    if (this.open) dialog.showModal()
    else dialog.close()
  }

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.#closed}>
      <div class="head">
        <h2 id="heading">${this.heading}</h2>
        <button class="quiet icon" aria-label=${states.close} @click=${() => this.close()}>${icon('close')}</button>
      </div>
      <div class="body"><slot></slot></div>
      <div class="foot"><slot name="actions"></slot></div>
      ${this.open ? html`<mayros-toasts></mayros-toasts>` : nothing}
    </dialog>`
  }

  #closed({ currentTarget }: Event): void {
    if ((currentTarget as HTMLDialogElement).open) return
    this.open = false
    this.dispatchEvent(new Event('close'))
  }
}

customElements.define('mayros-dialog', Dialog)
