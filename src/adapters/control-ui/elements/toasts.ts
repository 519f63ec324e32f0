import { css, html, LitElement } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { states } from '../strings/en/states.js'
import { controls } from '../styles/controls.js'
import { icon } from './icon.js'
import { ToastEvent, type ToastKind, toast } from './toast.js'

interface Shown {
  readonly id: number
  readonly text: string
  readonly kind: ToastKind
}

const STAYS_MS = 6_000
const MOST_SHOWN = 3

/** Where `toast` speaks: the innermost one, because a dialog makes everything behind it deaf. */
const places: Toasts[] = []

/**
 * What `toast` says, in a place of its own at the end of the page, so that nothing else is covered. Good news goes by
 * itself, unless somebody points at it or has the focus in it.
 */
export class Toasts extends LitElement {
  static override properties = { shown: { state: true } }

  static override styles = [
    controls,
    css`
      .list:not(:empty) {
        display: grid;
        justify-items: end;
        gap: var(--gap-2);
        padding: var(--gap-2) var(--gap-4);
      }

      .toast {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: var(--gap-2);
        width: min(28rem, 100%);
        padding: var(--gap-1) var(--gap-1) var(--gap-1) var(--gap-3);
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
        min-width: 0;
        padding-block: 0.2rem;
      }

      button {
        flex: none;
      }
    `,
  ]

  declare shown: readonly Shown[]
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()
  #isHeld = false
  #nextId = 1

  constructor() {
    super()
    this.shown = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    places.push(this)
    window.addEventListener('mayros-toast', this.#add)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    places.splice(places.indexOf(this), 1)
    window.removeEventListener('mayros-toast', this.#add)
    this.#hold()
    this.#handOver()
  }

  override render() {
    return html`<div
      class="list"
      role="status"
      @pointerenter=${this.#hold}
      @pointerleave=${this.#letGo}
      @focusin=${this.#hold}
      @focusout=${this.#letGo}
    >${repeat(
      this.shown,
      ({ id }) => id,
      ({ id, text, kind }) =>
        html`<div class="toast ${kind}">
          <span>${text}</span>
          <button class="quiet icon small" aria-label=${states.dismiss} @click=${() => this.#remove(id)}>
            ${icon('close')}
          </button>
        </div>`,
    )}</div>`
  }

  /** A dialog often closes because of what was said in it: people must have time to read that. */
  #handOver(): void {
    for (const { text, kind } of this.shown) toast(text, kind)
    this.shown = []
  }

  readonly #add = (event: Event): void => {
    if (!(event instanceof ToastEvent) || places.at(-1) !== this) return
    const shown = { id: this.#nextId++, text: event.text, kind: event.kind }
    this.shown = [...this.shown.filter(({ text }) => text !== event.text), shown].slice(-MOST_SHOWN)
    if (!this.#isHeld) this.#letPass(shown)
  }

  readonly #hold = (): void => {
    this.#isHeld = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  readonly #letGo = (): void => {
    this.#isHeld = false
    for (const shown of this.shown) this.#letPass(shown)
  }

  /** Failures stay until they are dismissed. */
  #letPass({ id, kind }: Shown): void {
    if (kind === 'danger' || this.#timers.has(id)) return
    this.#timers.set(
      id,
      setTimeout(() => this.#remove(id), STAYS_MS),
    )
  }

  #remove(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.shown = this.shown.filter((shown) => shown.id !== id)
    if (this.shown.length === 0) this.#isHeld = false
  }
}

customElements.define('mayros-toasts', Toasts)
