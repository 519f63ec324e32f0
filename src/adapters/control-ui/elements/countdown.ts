import { html, LitElement, nothing } from 'lit'
import { states } from '../strings/en/states.js'

const LAST_MINUTE_MS = 60_000

/**
 * `<mayros-countdown until="1795367518238">`: how long something still waits, to the minute, and to the second in the
 * last one. Dispatches `ended` once when the time is over. Screen readers are not told of every tick.
 */
export class Countdown extends LitElement {
  static override properties = { until: { type: Number } }

  /** Unix ms. */
  declare until: number
  #timer: ReturnType<typeof setTimeout> | undefined
  #endTold: number | null = null

  constructor() {
    super()
    this.until = 0
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  override render(): unknown {
    if (this.until === 0) return nothing
    const leftMs = this.until - Date.now()
    this.toggleAttribute('ending', leftMs < LAST_MINUTE_MS)
    return html`<time role="timer" datetime=${new Date(this.until).toISOString()}>${wordsFor(leftMs)}</time>`
  }

  /** The next tick falls on the next change of what is shown. */
  override updated(): void {
    clearTimeout(this.#timer)
    const leftMs = this.until - Date.now()
    if (leftMs > 0) {
      const stepMs = leftMs > LAST_MINUTE_MS ? LAST_MINUTE_MS : 1000
      this.#timer = setTimeout(() => this.requestUpdate(), leftMs % stepMs || stepMs)
    } else if (this.until !== 0 && this.#endTold !== this.until) {
      this.#endTold = this.until
      this.dispatchEvent(new Event('ended'))
    }
  }
}

function wordsFor(leftMs: number): string {
  if (leftMs <= 0) return states.over
  const seconds = Math.ceil(leftMs / 1000)
  return seconds > 60 ? states.minutesLeft(Math.ceil(seconds / 60)) : states.secondsLeft(seconds)
}

customElements.define('mayros-countdown', Countdown)
