import { css, html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { METHOD_ACCESS } from '../../../../domain/access/method-access.js'
import { RequestRefused } from '../../connection/request-refused.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { GatewayView } from '../../elements/gateway-view.js'
import { linkTo, navigate } from '../../router/route.js'
import { debug } from '../../strings/en/debug.js'
import { controls } from '../../styles/controls.js'
import type { CallEvent, CallForm } from './call-form.js'
import { type MadeCall, madeCall } from './made-call.js'
import { mayChange } from './may-change.js'
import type { MethodFacts } from './method-facts.js'
import '../../elements/empty.js'
import './call-form.js'

const KEPT_CALLS = 20
const FIRST_METHOD = 'status'

/** Calls methods by hand, with forms made from what they take; the method stands in the address. */
export class DebugView extends GatewayView {
  static override properties = { facts: { state: true }, calls: { state: true } }

  static override styles = [
    controls,
    css`
      pre {
        max-block-size: 50vh;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      .method {
        max-inline-size: 28rem;
      }
    `,
  ]

  /** Null: nobody knows such a method. */
  declare facts: MethodFacts | null
  declare calls: readonly MadeCall[]

  #nextId = 1
  #described = ''

  constructor() {
    super()
    this.facts = null
    this.calls = []
  }

  override updated(): void {
    if (this.#described !== this.#method()) void this.reload()
  }

  protected override async load(): Promise<void> {
    const method = this.#method()
    if (this.#described === method) return
    this.#described = method
    const facts = await this.#ask<MethodFacts>('methods.describe', { method })
    if (this.#described === method) this.facts = facts instanceof RequestRefused ? null : facts
  }

  protected override content(): TemplateResult {
    const { facts } = this
    return html`<div class="page">
      <h1>${debug.heading}</h1>
      <p class="muted">${debug.intro}</p>
      <div class="card stack">
        <label class="field method">
          ${debug.method}
          <input
            list="methods"
            required
            autocomplete="off"
            spellcheck="false"
            .value=${this.#method()}
            @change=${(event: Event) =>
              navigate(linkTo('debug', (event.target as HTMLInputElement).value.trim()), 'replace')}
          />
        </label>
        <datalist id="methods">${this.#methods().map((name) => html`<option value=${name}></option>`)}</datalist>
        <p class="hint">${facts === null ? debug.unknown : debug.takes(facts.scope, facts.params === null)}</p>
        <mayros-call-form .facts=${facts} @call=${({ params }: CallEvent) => void this.#call(params)}></mayros-call-form>
      </div>
      <section class="stack" aria-label=${debug.results}>
        ${
          this.calls.length === 0
            ? html`<mayros-empty heading=${debug.noneHeading} text=${debug.none}></mayros-empty>`
            : repeat(this.calls, ({ id }) => id, madeCall)
        }
      </section>
    </div>`
  }

  #method(): string {
    return this.route.parts[0] ?? FIRST_METHOD
  }

  /** Also those that the greeting does not name. */
  #methods(): readonly string[] {
    const { connection } = this
    const names = new Set([...Object.keys(METHOD_ACCESS), ...(connection.hello?.features.methods ?? [])])
    return [...names].filter((name) => connection.can(name)).sort()
  }

  async #call(params: object): Promise<void> {
    const method = this.#method()
    if (mayChange(method) && !(await confirmAction(debug.ask(method), debug.call, 'plain'))) return
    const startedAt = performance.now()
    const answered = await this.#ask<unknown>(method, params)
    const isRefused = answered instanceof RequestRefused
    const answer = forPeople(isRefused ? refusalOf(answered) : answered)
    const call = { id: this.#nextId++, method, ms: Math.round(performance.now() - startedAt), isRefused, answer }
    this.calls = [call, ...this.calls].slice(0, KEPT_CALLS)
    if (!isRefused) this.renderRoot.querySelector<CallForm>('mayros-call-form')?.renewKey(params)
  }

  async #ask<T>(method: string, params: object): Promise<T | RequestRefused> {
    try {
      return await this.connection.request<T>(method, params)
    } catch (thrown) {
      if (thrown instanceof RequestRefused) return thrown
      throw thrown
    }
  }
}

function refusalOf({ code, message, details }: RequestRefused): object {
  return { code, message, details }
}

function forPeople(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null'
}

customElements.define('mayros-debug-view', DebugView)
