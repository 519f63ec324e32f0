import { html, type TemplateResult } from 'lit'
import type { FormContext } from './form-context.js'
import type { FormPath } from './form-path.js'
import type { JsonSchema } from './json-schema.js'

/** What a field is made of. */
export interface FieldParts {
  readonly path: FormPath
  readonly schema: JsonSchema
  readonly value: unknown
  readonly context: FormContext
  readonly isRequired?: boolean
}

/** The field of a value, whatever it is. The elements are defined by schema-form.js. */
export function fieldOf({ path, schema, value, context, isRequired = false }: FieldParts): TemplateResult {
  return html`<mayros-schema-field
    .path=${path}
    .schema=${schema}
    .value=${value}
    .context=${context}
    .isRequired=${isRequired}
  ></mayros-schema-field>`
}
