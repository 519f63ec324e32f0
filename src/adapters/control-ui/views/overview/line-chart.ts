import { css, html, LitElement, svg, type TemplateResult } from 'lit'
import { overview } from '../../strings/en/overview.js'
import { controls } from '../../styles/controls.js'

const WIDTH = 600
const HEIGHT = 120

/** `<mayros-line-chart heading text .values .words>`: how a figure went, oldest first. */
export class LineChart extends LitElement {
  static override properties = {
    heading: {},
    text: {},
    values: { attribute: false },
    least: { attribute: false },
    words: { attribute: false },
  }

  static override styles = [
    controls,
    css`
      .card {
        height: 100%;
        align-content: start;
      }

      svg {
        display: block;
        width: 100%;
        height: 7.5rem;
        border-bottom: 1px solid var(--line-strong);
      }

      .area {
        fill: var(--accent-soft);
      }

      .line {
        fill: none;
        stroke: var(--accent);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }

      .now {
        font-size: var(--size-heading);
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
    `,
  ]

  declare heading: string
  declare text: string
  declare values: readonly number[]
  /** What the height stands for at least, so that noise stays small. */
  declare least: number
  /** A value as people read it. */
  declare words: (value: number) => string

  constructor() {
    super()
    this.heading = ''
    this.text = ''
    this.values = []
    this.least = 1
    this.words = String
  }

  override render() {
    const { values, heading, text, words } = this
    const now = values.at(-1)
    return html`<section class="card stack" aria-labelledby="heading">
      <div class="head">
        <h3 id="heading">${heading}</h3>
        <span class="now">${now === undefined ? '–' : words(now)}</span>
      </div>
      ${now === undefined || values.length < 2 ? html`<p class="muted">${overview.tooEarly}</p>` : this.#drawing(now)}
      <p class="hint">${text}</p>
    </section>`
  }

  #drawing(now: number): TemplateResult {
    const { values, least, words, heading } = this
    const most = Math.max(...values)
    const top = Math.max(most, least) * 1.1
    const points = values.map((value, index) => {
      const x = (index / (values.length - 1)) * WIDTH
      return `${x.toFixed(1)},${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`
    })
    return html`<svg
        viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label=${overview.chartWords(heading, words(now), words(most))}
      >
        ${svg`<polygon class="area" points=${`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
          <polyline class="line" points=${points.join(' ')} />`}
      </svg>
      <p class="small muted">${overview.most} ${words(most)}</p>`
  }
}

customElements.define('mayros-line-chart', LineChart)
