import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { schemaForm } from '../strings/en/schema-form.js'
import { controls } from '../styles/controls.js'
import { fieldKind } from './field-kind.js'
import { fieldOf } from './field-of.js'
import { FoldableField } from './foldable-field.js'
import { formStyles } from './form-styles.js'
import type { JsonSchema } from './json-schema.js'

/** An object whose keys are names of one's own. */
export class SchemaMap extends FoldableField {
  static override properties = { ...FoldableField.properties, newName: { state: true } }

  static override styles = [controls, formStyles]

  declare newName: string

  constructor() {
    super()
    this.newName = ''
  }

  protected override inside(): TemplateResult {
    const names = Object.keys(this.#members())
    const isTaken = names.includes(this.newName.trim())
    return html`${names.length === 0 ? html`<p class="hint">${schemaForm.noEntries}</p>` : nothing}
      ${repeat(
        names,
        (name) => name,
        (name) => this.#entry(name),
      )}
      <form class="adding" @submit=${this.#add}>
        <input
          aria-label=${schemaForm.addName}
          placeholder=${schemaForm.addName}
          autocomplete="off"
          aria-invalid=${String(isTaken)}
          .value=${this.newName}
          @input=${(event: Event) => {
            this.newName = (event.target as HTMLInputElement).value
          }}
        />
        <button aria-label=${schemaForm.addTo(this.name)} ?disabled=${this.newName.trim() === '' || isTaken}>
          ${schemaForm.add}
        </button>
        ${isTaken ? html`<span class="error small" role="status">${schemaForm.taken}</span>` : nothing}
      </form>`
  }

  protected override amount(): string {
    const count = Object.keys(this.#members()).length
    return count === 0 ? '' : schemaForm.entries(count)
  }

  #entry(name: string): TemplateResult {
    const path = [...this.path, name]
    return html`${fieldOf({ path, schema: this.#schemaOfEntries(), value: this.#members()[name], context: this.context })}
      <div class="row">
        <button class="small danger" aria-label=${schemaForm.removeOf(name)} @click=${() => this.edit(undefined, path)}>
          ${schemaForm.removeOf(name)}
        </button>
      </div>`
  }

  readonly #add = (event: Event): void => {
    event.preventDefault()
    const name = this.newName.trim()
    if (name === '' || Object.hasOwn(this.#members(), name)) return
    this.edit(emptyOf(this.#schemaOfEntries()), [...this.path, name])
    this.newName = ''
  }

  #members(): Readonly<Record<string, unknown>> {
    const { value } = this
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  }

  #schemaOfEntries(): JsonSchema {
    const { additionalProperties } = this.schema
    return typeof additionalProperties === 'object' ? additionalProperties : {}
  }
}

/** What a new entry begins as; where a text is expected it has to be typed. */
export function emptyOf(schema: JsonSchema): unknown {
  if (schema.default !== undefined) return schema.default
  switch (fieldKind(schema)) {
    case 'group':
    case 'map':
    case 'json':
      return {}
    case 'list':
    case 'lines':
      return []
    case 'number':
      return schema.minimum ?? 0
    case 'choice':
      return schema.enum?.[0] ?? true
    default:
      return ''
  }
}

customElements.define('mayros-schema-map', SchemaMap)
