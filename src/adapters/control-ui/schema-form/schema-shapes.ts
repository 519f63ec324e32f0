import { html, nothing, type TemplateResult } from 'lit'
import { schemaForm } from '../strings/en/schema-form.js'
import { controls } from '../styles/controls.js'
import { changedValue } from './changed-value.js'
import { fieldKind } from './field-kind.js'
import { fieldOf } from './field-of.js'
import { amountSet, FoldableField } from './foldable-field.js'
import type { FormEditEvent } from './form-edit-event.js'
import { formStyles } from './form-styles.js'
import type { JsonSchema } from './json-schema.js'

/** A value that is either a text or an object: `model: "a"`, or `model: { primary: "a", fallbacks: ["b"] }`. */
export class SchemaShapes extends FoldableField {
  static override properties = { ...FoldableField.properties, wanted: { state: true } }

  static override styles = [controls, formStyles]

  /** Which shape somebody chose while nothing is set; null: that of the value. */
  declare wanted: number | null

  constructor() {
    super()
    this.wanted = null
  }

  protected override amount(): string {
    return typeof this.value === 'string' ? this.value : amountSet(this.value)
  }

  protected override inside(): TemplateResult {
    const { path, value, context } = this
    const shapes = this.schema.anyOf ?? []
    const at =
      this.wanted ??
      Math.max(
        0,
        shapes.findIndex((shape) => isOfShape(value, shape)),
      )
    const shape = shapes[at]
    if (shape === undefined) return html`${nothing}`
    const isGroup = fieldKind(shape) === 'group'
    const own = isOfShape(value, shape) ? value : undefined
    return html`<select
        aria-label=${schemaForm.shape(this.name)}
        @change=${(event: Event) => {
          this.wanted = Number((event.target as HTMLSelectElement).value)
        }}
      >
        ${shapes.map(
          (one, index) =>
            html`<option value=${index} .selected=${index === at}>
              ${fieldKind(one) === 'group' ? schemaForm.asGroup : schemaForm.asText}
            </option>`,
        )}
      </select>
      ${
        isGroup
          ? html`<mayros-schema-group
              .isTop=${true}
              .path=${path}
              .schema=${shape}
              .value=${own}
              .context=${context}
              @form-edit=${(event: FormEditEvent) => this.#intoShape(event, own)}
            ></mayros-schema-group>`
          : fieldOf({ path, schema: shape, value: own, context })
      }`
  }

  /** A value of another shape is replaced as a whole: there is nothing in it to change. */
  #intoShape(event: FormEditEvent, own: unknown): void {
    if (own !== undefined || this.value === undefined) return
    event.stopPropagation()
    const { path, value } = event.edit
    this.edit(changedValue({}, { path: path.slice(this.path.length), value }))
  }
}

function isOfShape(value: unknown, shape: JsonSchema): boolean {
  if (value === undefined) return false
  return (fieldKind(shape) === 'group') === (typeof value === 'object')
}

customElements.define('mayros-schema-shapes', SchemaShapes)
