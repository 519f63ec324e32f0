import type { FormPath } from './form-path.js'

/** What all fields of a form have to know. */
export interface FormContext {
  /** What is wrong with the value at a path; null when nothing is. */
  problemAt(path: FormPath): string | null
  /** What there is to say about a change of the value at a path, in a word; null when nothing is. */
  noteAt(path: FormPath): string | null
  /** What a hidden secret looks like; a field that says it has a value that stays. */
  readonly placeholder: string | null
  /** Leaves out what has no value. */
  readonly isOnlySet: boolean
  /** Opens groups. */
  readonly isOpen: boolean
}

/** A form without anything special. */
export const PLAIN_FORM: FormContext = {
  problemAt: () => null,
  noteAt: () => null,
  placeholder: null,
  isOnlySet: false,
  isOpen: false,
}
