import { changedValue, type FormEdit } from '../../schema-form/changed-value.js'
import type { FormPath } from '../../schema-form/form-path.js'

/** Changes of a configuration that are not saved. */
export interface ConfigDraft {
  /** What the files said, and the hash of the root file then. */
  readonly base: unknown
  readonly baseHash: string
  /** What they would say. */
  readonly value: unknown
  /** What leads from one to the other, in order; empty when they say the same. */
  readonly edits: readonly FormEdit[]
}

export function beginDraft(base: unknown, baseHash: string): ConfigDraft {
  return { base, baseHash, value: base, edits: [] }
}

/** The draft after one more change. Changes of one value in a row are one. */
export function withEdit(draft: ConfigDraft, edit: FormEdit): ConfigDraft {
  const last = draft.edits.at(-1)
  const isSamePlace = last !== undefined && !removesElement(last) && isSamePath(last.path, edit.path)
  const before = isSamePlace ? draft.edits.slice(0, -1) : draft.edits
  const value = changedValue(draft.value, edit)
  const isBack = JSON.stringify(value) === JSON.stringify(draft.base)
  return { ...draft, value, edits: isBack ? [] : [...before, edit] }
}

/** The same changes, made to what the files say now. */
export function carriedOver(draft: ConfigDraft, base: unknown, baseHash: string): ConfigDraft {
  return draft.edits.reduce(withEdit, beginDraft(base, baseHash))
}

/** The changes as the gateway takes them. */
export function sentEdits({ edits }: ConfigDraft): readonly object[] {
  return edits.map(({ path, value }) => (value === undefined ? { path, remove: true } : { path, value }))
}

/** The path means another element afterwards. */
function removesElement({ path, value }: FormEdit): boolean {
  return value === undefined && typeof path.at(-1) === 'number'
}

function isSamePath(one: FormPath, other: FormPath): boolean {
  return one.length === other.length && one.every((segment, index) => segment === other[index])
}
