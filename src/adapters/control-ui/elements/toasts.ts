import { css, html, LitElement } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import { icon } from './icon.js'
import { ToastEvent, type ToastKind } from './toast.js'

interface Shown {
  readonly id: number
  readonly text: string
  readonly kind: ToastKind
}

const STAYS_MS = 5_000
const MOST_SHOWN = 4

/** The corner where `toast` speaks. */
export class Toasts extends LitElement {
  static override properties = { shown: { state: true } }

  static override styles = [
    controls,
    css`
      :host {
        position: fixed;
        inset: auto 1rem 1rem auto;
        z-index: 20;
        width: min(24rem, calc(100vw - 2rem));
      }

      div {
        display: grid;
        gap: var(--gap-2);
      }

      p {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: var(--gap-2);
        padding: var(--gap-2) var(--gap-2) var(--gap-2) var(--gap-4);
        border: 1px solid var(--line);
        border-inline-start: 4px solid var(--info);
        border-radius: var(--radius);
        background: var(--surface-raised);
        box-shadow: var(--shadow);
        overflow-wrap: anywhere;
      }

      .ok {
        border-inline-start-color: var(--ok);
      }

      .warn {
        border-inline-start-color: var(--warn);
      }

      .danger {
        border-inline-start-color: var(--danger);
      }

      span {
        padding-block: 0.3rem;
      }

      button {
        flex: none;
      }
    `,
  ]

  declare shown: readonly Shown[]
  #nextId = 1

  constructor() {
    super()
    this.shown = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('mayros-toast', this.#add)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('mayros-toast', this.#add)
  }

  override render() {
    return html`<div role="status" aria-live="polite">
      ${repeat(
        this.shown,
        ({ id }) => id,
        ({ id, text, kind }) =>
          html`<p class=${kind}>
            <span>${text}</span>
            <button class="quiet icon small" aria-label=${states.dismiss} @click=${() => this.#remove(id)}>
              ${icon('close')}
            </button>
          </p>`,
      )}
    </div>`
  }

  readonly #add = (event: Event): void => {
    if (!(event instanceof ToastEvent)) return
    const id = this.#nextId++
    this.shown = [...this.shown, { id, text: event.text, kind: event.kind }].slice(-MOST_SHOWN)
    if (event.kind !== 'danger') setTimeout(() => this.#remove(id), STAYS_MS)
  }

  #remove(id: number): void {
    this.shown = this.shown.filter((shown) => shown.id !== id)
  }
}

customElements.define('mayros-toasts', Toasts)
