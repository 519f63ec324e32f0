import { html, type TemplateResult } from 'lit'
import { debug } from '../../strings/en/debug.js'
import '../../elements/copy.js'

/** A call and what came of it. */
export interface MadeCall {
  readonly id: number
  readonly method: string
  readonly ms: number
  readonly isRefused: boolean
  /** JSON for people. */
  readonly answer: string
}

export function madeCall({ method, ms, isRefused, answer }: MadeCall): TemplateResult {
  return html`<article class="card stack" aria-label=${method}>
    <div class="head">
      <h2><code>${method}</code></h2>
      <div class="row">
        <span class="badge ${isRefused ? 'danger' : 'ok'}">${isRefused ? debug.refused : debug.answered}</span>
        <span class="muted small">${debug.took(ms)}</span>
        <mayros-copy text=${answer}></mayros-copy>
      </div>
    </div>
    <pre tabindex="0">${answer}</pre>
  </article>`
}
