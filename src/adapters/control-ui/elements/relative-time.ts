import { html, LitElement, nothing } from 'lit'
import { states } from '../strings/en/states.js'

const UPDATE_EVERY_MS = 20_000
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** `<mayros-time at="1795367518238">`: how long ago, or until when; the exact time as its title. */
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
    return html`<time datetime=${date.toISOString()} title=${absolute.format(date)}>${wordsFor(at - Date.now())}</time>`
  }
}

function wordsFor(deltaMs: number): string {
  const unit = UNITS.find(([, size]) => Math.abs(deltaMs) >= size)
  return unit === undefined ? states.justNow : relative.format(Math.trunc(deltaMs / unit[1]), unit[0])
}

customElements.define('mayros-time', RelativeTime)
