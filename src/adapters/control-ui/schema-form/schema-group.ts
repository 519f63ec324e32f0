import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { controls } from '../styles/controls.js'
import { valueIn } from './changed-value.js'
import { fieldKind } from './field-kind.js'
import { fieldOf } from './field-of.js'
import { amountSet, FoldableField } from './foldable-field.js'
import { formStyles } from './form-styles.js'
import type { JsonSchema } from './json-schema.js'

const FOLDED = new Set(['group', 'map', 'list', 'shapes'])

/** An object with known keys: single values first, then what has more inside. */
export class SchemaGroup extends FoldableField {
  static override styles = [controls, formStyles]

  protected override inside(): TemplateResult {
    const { path, schema, value, context } = this
    const required = new Set(schema.required)
    return html`${repeat(
      this.#shown(),
      ([key]) => key,
      ([key, member]) =>
        fieldOf({
          path: [...path, key],
          schema: member,
          value: valueIn(value, [key]),
          context,
          isRequired: required.has(key),
        }),
    )}`
  }

  protected override amount(): string {
    return amountSet(this.value)
  }

  protected override heading(): string {
    const { value } = this
    const name = typeof this.path.at(-1) === 'number' ? (valueIn(value, ['id']) ?? valueIn(value, ['name'])) : undefined
    return typeof name === 'string' && name !== '' ? name : this.name
  }

  #shown(): readonly (readonly [string, JsonSchema])[] {
    const members = [...Object.entries(this.schema.properties ?? {}), ...this.#others()].filter(([key, member]) => {
      const isSet = valueIn(this.value, [key]) !== undefined
      return isSet || (!this.context.isOnlySet && member.deprecated !== true)
    })
    const isFolded = ([, member]: readonly [string, JsonSchema]) => FOLDED.has(fieldKind(member))
    return [...members.filter((member) => !isFolded(member)), ...members.filter(isFolded)]
  }

  /** What is written under keys that the schema does not name. */
  #others(): readonly (readonly [string, JsonSchema])[] {
    const { value } = this
    const { properties = {}, additionalProperties } = this.schema
    if (typeof value !== 'object' || value === null) return []
    const schema = typeof additionalProperties === 'object' ? additionalProperties : {}
    return Object.keys(value)
      .filter((key) => !Object.hasOwn(properties, key))
      .map((key) => [key, schema] as const)
  }
}

customElements.define('mayros-schema-group', SchemaGroup)
