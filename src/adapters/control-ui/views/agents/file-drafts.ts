/** A text that was changed and not saved yet, and what it was made from. */
export interface FileDraft {
  readonly text: string
  /** When the file was changed last as this page knew it, Unix ms; null = there was no file. */
  readonly basedOn: number | null
}

/** Texts that were not saved, kept while the page lives, so that looking elsewhere costs nothing. */
const drafts = new Map<string, FileDraft>()

/** Asks before the page is left with texts that were not saved. */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

export function draftOf(agentId: string, name: string): FileDraft | null {
  return drafts.get(`${agentId}/${name}`) ?? null
}

/** @param draft null = there is nothing left to save */
export function keepDraft(agentId: string, name: string, draft: FileDraft | null): void {
  if (draft === null) drafts.delete(`${agentId}/${name}`)
  else drafts.set(`${agentId}/${name}`, draft)
  if (drafts.size === 0) window.removeEventListener('beforeunload', askBeforeLeaving)
  else window.addEventListener('beforeunload', askBeforeLeaving)
}
