import { html, nothing, type TemplateResult } from 'lit'
import { schemaForm } from '../strings/en/schema-form.js'
import { controls } from '../styles/controls.js'
import { fieldOf } from './field-of.js'
import { FoldableField } from './foldable-field.js'
import { formStyles } from './form-styles.js'

/** A list of objects. */
export class SchemaList extends FoldableField {
  static override styles = [controls, formStyles]

  protected override inside(): TemplateResult {
    const items = this.#items()
    return html`${items.length === 0 ? html`<p class="hint">${schemaForm.noEntries}</p>` : nothing}
      ${items.map((item, index) => this.#item(item, index))}
      <div class="adding">
        <button aria-label=${schemaForm.addTo(this.name)} @click=${this.#add}>
          ${schemaForm.add}
        </button>
      </div>`
  }

  protected override amount(): string {
    const { length } = this.#items()
    return length === 0 ? '' : schemaForm.entries(length)
  }

  #item(value: unknown, index: number): TemplateResult {
    const path = [...this.path, index]
    const name = `${this.name} #${index + 1}`
    return html`${fieldOf({ path, schema: this.schema.items ?? {}, value, context: this.context })}
      <div class="row">
        <button class="small danger" @click=${() => this.edit(undefined, path)}>${schemaForm.removeOf(name)}</button>
      </div>`
  }

  readonly #add = (): void => {
    const { length } = this.#items()
    if (length === 0) this.edit([{}])
    else this.edit({}, [...this.path, length])
  }

  #items(): readonly unknown[] {
    return Array.isArray(this.value) ? this.value : []
  }
}

customElements.define('mayros-schema-list', SchemaList)
