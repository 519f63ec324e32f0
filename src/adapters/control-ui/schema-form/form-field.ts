import { LitElement, type PropertyDeclarations } from 'lit'
import { type FormContext, PLAIN_FORM } from './form-context.js'
import { FormEditEvent } from './form-edit-event.js'
import type { FormPath } from './form-path.js'
import type { JsonSchema } from './json-schema.js'

/** An element that edits the value at one path. It never changes the value itself: it tells by a FormEditEvent. */
export abstract class FormField extends LitElement {
  static override properties: PropertyDeclarations = {
    path: { attribute: false },
    schema: { attribute: false },
    value: { attribute: false },
    context: { attribute: false },
    isRequired: { attribute: false },
  }

  declare path: FormPath
  declare schema: JsonSchema
  /** Undefined: nothing is set. */
  declare value: unknown
  declare context: FormContext
  declare isRequired: boolean

  constructor() {
    super()
    this.path = []
    this.schema = {}
    this.context = PLAIN_FORM
    this.isRequired = false
  }

  /** The last part of the path, for people. */
  get name(): string {
    const last = this.path.at(-1) ?? ''
    return typeof last === 'number' ? `#${last + 1}` : last
  }

  /** Tells that the value at a path below this field should be another one; undefined takes it away. */
  protected edit(value: unknown, path: FormPath = this.path): void {
    this.dispatchEvent(new FormEditEvent({ path, value }))
  }
}
