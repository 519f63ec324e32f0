import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { schemaForm } from '../strings/en/schema-form.js'
import { FormField } from './form-field.js'

/** A field with more fields inside, which are made when somebody opens it. */
export abstract class FoldableField extends FormField {
  static override properties: PropertyDeclarations = {
    ...FormField.properties,
    isUnfolded: { state: true },
    isTop: { attribute: false },
  }

  declare isUnfolded: boolean
  /** Stands for the whole form: no heading, always open. */
  declare isTop: boolean

  constructor() {
    super()
    this.isUnfolded = false
    this.isTop = false
  }

  /** What is inside. */
  protected abstract inside(): TemplateResult

  /** How much is set, in a few words; empty where that says nothing. */
  protected abstract amount(): string

  override render(): TemplateResult {
    if (this.isTop) return this.inside()
    const isOpen = this.isUnfolded || this.context.isOpen
    const amount = this.amount()
    const problem = this.context.problemAt(this.path)
    return html`<details
      .open=${isOpen}
      @toggle=${(event: Event) => {
        this.isUnfolded = (event.target as HTMLDetailsElement).open
      }}
    >
      <summary>
        <code>${this.heading()}</code>
        ${amount === '' ? nothing : html`<span class="badge">${amount}</span>`}
        ${problem === null ? nothing : html`<span class="error small">${problem}</span>`}
      </summary>
      ${isOpen ? html`<div class="inside">${this.#description()}${this.inside()}</div>` : nothing}
    </details>`
  }

  /** How it is called in the list it stands in. */
  protected heading(): string {
    return this.name
  }

  #description(): TemplateResult | typeof nothing {
    const { description } = this.schema
    return description === undefined ? nothing : html`<p class="hint">${description}</p>`
  }
}

/** How many values an object or list has, at any depth. */
export function countOfValues(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1
  return Object.values(value).reduce<number>((sum, member) => sum + countOfValues(member), 0)
}

/** `2 set`; empty for none. */
export function amountSet(value: unknown): string {
  const count = countOfValues(value)
  return count === 0 ? '' : schemaForm.settings(count)
}
