import { css, html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { RequestRefused } from '../../connection/request-refused.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo, navigate } from '../../router/route.js'
import { debug } from '../../strings/en/debug.js'
import { controls } from '../../styles/controls.js'
import { mayChange } from './may-change.js'
import '../../elements/copy.js'
import '../../elements/empty.js'

const KEPT_CALLS = 20

/** A call and what came of it. */
interface MadeCall {
  readonly id: number
  readonly method: string
  readonly ms: number
  readonly isRefused: boolean
  /** JSON for people. */
  readonly answer: string
}

/** Calls methods by hand; the method stands in the address. */
export class DebugView extends GatewayView {
  static override properties = { params: { state: true }, problem: { state: true }, calls: { state: true } }

  static override styles = [
    controls,
    css`
      textarea {
        inline-size: 100%;
        min-block-size: 8rem;
        font-family: var(--mono, ui-monospace, monospace);
      }

      pre {
        max-block-size: 50vh;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ]

  declare params: string
  /** Why the parameters cannot be sent; empty when they can. */
  declare problem: string
  declare calls: readonly MadeCall[]

  #nextId = 1

  constructor() {
    super()
    this.params = '{}'
    this.problem = ''
    this.calls = []
  }

  protected override content(): TemplateResult {
    return html`<div class="page">
      <h1>${debug.heading}</h1>
      <p class="muted">${debug.intro}</p>
      <form
        class="card stack"
        @submit=${(event: Event) => {
          event.preventDefault()
          void this.#call()
        }}
      >
        <label class="field">
          ${debug.method}
          <input
            list="methods"
            required
            autocomplete="off"
            spellcheck="false"
            .value=${this.#method()}
            @change=${(event: Event) => navigate(linkTo('debug', typed(event).trim()), 'replace')}
          />
        </label>
        <datalist id="methods">
          ${(this.connection.hello?.features.methods ?? []).map((name) => html`<option value=${name}></option>`)}
        </datalist>
        <label class="field">
          ${debug.params}
          <textarea
            spellcheck="false"
            aria-describedby="problem"
            aria-invalid=${String(this.problem !== '')}
            .value=${this.params}
            @input=${(event: Event) => {
              this.params = typed(event)
              this.problem = ''
            }}
          ></textarea>
        </label>
        <div id="problem" class="error" role="status">${this.problem}</div>
        <div class="row"><button class="primary">${debug.call}</button></div>
      </form>
      <section class="stack" aria-label=${debug.results}>
        ${
          this.calls.length === 0
            ? html`<mayros-empty heading=${debug.noneHeading} text=${debug.none}></mayros-empty>`
            : repeat(
                this.calls,
                ({ id }) => id,
                (call) => shown(call),
              )
        }
      </section>
    </div>`
  }

  #method(): string {
    return this.route.parts[0] ?? 'status'
  }

  async #call(): Promise<void> {
    const method = this.#method()
    const params = this.#readParams()
    if (params === null) return
    if (mayChange(method) && !(await confirmAction(debug.ask(method), debug.call, 'plain'))) return
    const startedAt = performance.now()
    const answered = await this.#ask(method, params)
    const call = { id: this.#nextId++, method, ms: Math.round(performance.now() - startedAt), ...answered }
    this.calls = [call, ...this.calls].slice(0, KEPT_CALLS)
  }

  async #ask(method: string, params: object): Promise<Pick<MadeCall, 'isRefused' | 'answer'>> {
    try {
      return { isRefused: false, answer: forPeople(await this.connection.request<unknown>(method, params)) }
    } catch (thrown) {
      if (!(thrown instanceof RequestRefused)) throw thrown
      const { code, message, details } = thrown
      return { isRefused: true, answer: forPeople({ code, message, details }) }
    }
  }

  /** Null when they cannot be sent; the page says why. */
  #readParams(): object | null {
    try {
      const value: unknown = JSON.parse(this.params.trim() === '' ? '{}' : this.params)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
      this.problem = debug.notJson(debug.notObject)
    } catch (thrown) {
      this.problem = debug.notJson(thrown instanceof Error ? thrown.message : String(thrown))
    }
    return null
  }
}

function shown({ method, ms, isRefused, answer }: MadeCall): TemplateResult {
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

function typed(event: Event): string {
  return (event.target as HTMLInputElement | HTMLTextAreaElement).value
}

function forPeople(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null'
}

customElements.define('mayros-debug-view', DebugView)
