import type { ConfigDraft } from './config-draft.js'

/** A text that is not saved, and the hash of the file it was begun on. */
export interface TextDraft {
  readonly text: string
  readonly baseHash: string
}

/** What is not saved stays until the page is closed, also while another view is shown. */
export const configDrafts: { form: ConfigDraft | null; text: TextDraft | null } = { form: null, text: null }
