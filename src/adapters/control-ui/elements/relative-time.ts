import { html, LitElement, nothing } from 'lit'
import { agoWords } from '../format/ago.js'

const UPDATE_EVERY_MS = 20_000

/** `<mayros-time at="1795367518238">`: how long ago, or until when; the exact time for who points at it. */
export class RelativeTime extends LitElement {
  static override properties = { at: { type: Number } }

  declare at: number | null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor() {
    super()
    this.at = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => this.requestUpdate(), UPDATE_EVERY_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  override render() {
    const { at } = this
    if (at === null || !Number.isFinite(at)) return nothing
    const date = new Date(at)
    return html`<time datetime=${date.toISOString()} @pointerenter=${tellExactly}>${agoWords(at - Date.now())}</time>`
  }
}

/** Making the first date that people can read takes a browser long: not before somebody wants to read it. */
function tellExactly({ currentTarget }: Event): void {
  if (!(currentTarget instanceof HTMLTimeElement)) return
  const date = new Date(currentTarget.dateTime)
  currentTarget.title = date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}

customElements.define('mayros-time', RelativeTime)
