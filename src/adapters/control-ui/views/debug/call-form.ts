import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { changedValue, type FormEdit } from '../../schema-form/changed-value.js'
import { PLAIN_FORM } from '../../schema-form/form-context.js'
import type { FormEditEvent } from '../../schema-form/form-edit-event.js'
import { debug } from '../../strings/en/debug.js'
import { controls } from '../../styles/controls.js'
import { firstParams } from './first-params.js'
import type { MethodFacts } from './method-facts.js'
import '../../schema-form/schema-form.js'

/** Somebody wants a method called. */
export class CallEvent extends Event {
  readonly params: object

  constructor(params: object) {
    super('call')
    this.params = params
  }
}

/** The parameters of one method, in fields made from its schema or as JSON, whichever one likes. */
export class CallForm extends LitElement {
  static override properties = {
    facts: { attribute: false },
    text: { state: true },
    isJson: { state: true },
    problem: { state: true },
  }

  static override styles = [
    controls,
    css`
      textarea {
        min-block-size: 8rem;
        font-family: var(--font-code);
        font-size: 0.875rem;
        resize: vertical;
      }

      .settings {
        max-inline-size: 48rem;
      }

      .settings > * + * {
        border-block-start: 1px solid var(--line);
      }
    `,
  ]

  /** Null while nobody knows. */
  declare facts: MethodFacts | null
  /** The parameters as JSON. */
  declare text: string
  /** Shown as JSON although there are fields. */
  declare isJson: boolean
  /** Why the parameters cannot be sent; empty when they can. */
  declare problem: string

  constructor() {
    super()
    this.facts = null
    this.text = '{}'
    this.isJson = false
    this.problem = ''
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('facts')) return
    this.text = asText(firstParams(this.facts))
    this.problem = ''
  }

  /** After a call that was accepted the next one is another one. */
  renewKey(called: object): void {
    const fresh = firstParams(this.facts)
    if (JSON.stringify(this.#read()) === JSON.stringify(called)) this.text = asText({ ...called, ...fresh })
  }

  override render(): TemplateResult {
    const schema = this.facts?.params ?? null
    const hasFields = schema !== null && Object.keys(schema.properties ?? {}).length > 0
    return html`<form class="stack" novalidate @submit=${this.#submit}>
      ${hasFields && !this.isJson ? this.#fields() : this.#json()}
      <div id="problem" class="error" role="status">${this.problem}</div>
      <div class="row">
        <button class="primary">${debug.call}</button>
        ${
          hasFields
            ? html`<button type="button" aria-pressed=${String(this.isJson)} @click=${this.#switch}>${debug.asJson}</button>`
            : nothing
        }
      </div>
    </form>`
  }

  #fields(): TemplateResult {
    return html`<div class="settings" @form-edit=${(event: FormEditEvent) => this.#edited(event.edit)}>
      <mayros-schema-group
        .isTop=${true}
        .schema=${this.facts?.params ?? {}}
        .value=${this.#read() ?? {}}
        .context=${PLAIN_FORM}
      ></mayros-schema-group>
    </div>`
  }

  #json(): TemplateResult {
    return html`<label class="field">
      ${debug.params}
      <textarea
        spellcheck="false"
        aria-describedby="problem"
        aria-invalid=${String(this.problem !== '')}
        .value=${this.text}
        @input=${(event: Event) => {
          this.text = (event.target as HTMLTextAreaElement).value
          this.problem = ''
        }}
      ></textarea>
    </label>`
  }

  #edited(edit: FormEdit): void {
    this.text = asText(changedValue(this.#read() ?? {}, edit))
  }

  readonly #switch = (): void => {
    if (!this.isJson || this.#checked() !== null) this.isJson = !this.isJson
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault()
    const params = this.#checked()
    if (params !== null) this.dispatchEvent(new CallEvent(params))
  }

  /** Null when they cannot be sent; the form says why. */
  #checked(): object | null {
    const params = this.#read()
    if (params === null) this.problem = debug.notJson(this.#reason())
    return params
  }

  #read(): object | null {
    const value = this.#parsed()
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  }

  #parsed(): unknown {
    if (this.text.trim() === '') return {}
    try {
      return JSON.parse(this.text)
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  #reason(): string {
    const value = this.#parsed()
    return typeof value === 'string' ? value : debug.notObject
  }
}

function asText(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2)
}

customElements.define('mayros-call-form', CallForm)
