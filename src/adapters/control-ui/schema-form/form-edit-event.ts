import type { FormEdit } from './changed-value.js'

/** Somebody changed a value in a form. */
export class FormEditEvent extends Event {
  readonly edit: FormEdit

  constructor(edit: FormEdit) {
    super('form-edit', { bubbles: true, composed: true })
    this.edit = edit
  }
}
