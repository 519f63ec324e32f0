import { type ConfigEdit, ConfigFailure } from '../../application/ports/config-source.js'
import { valueAt } from '../../domain/config/value-at.js'
import { applyEdit } from './apply-edit.js'
import { partAt } from './composition.js'
import type { Overlay } from './config-files.js'
import type { Judgement } from './judge-files.js'
import { ownedEdit, smallestEdits } from './plan-edits.js'

/**
 * The texts of the files after some edits, one after the other.
 * @param judge what all files say with these texts in place of theirs
 * @throws ConfigFailure `config-invalid` for a file that does not parse, and for edits that fit nowhere
 */
export async function draftOfEdits(
  current: Judgement,
  edits: readonly ConfigEdit[],
  rootPath: string,
  judge: (overlay: Overlay) => Promise<Judgement>,
): Promise<Overlay> {
  const drafts = new Map<string, string>()
  let state = current
  for (const edit of edits) {
    const { root, reading } = understood(state)
    const part = partAt(root, edit.path)
    for (const small of smallestEdits(part, valueAt(reading.resolved, edit.path), edit)) {
      const owned = ownedEdit(understood(state).root, rootPath, small)
      const text = drafts.get(owned.file) ?? state.files.get(owned.file)?.text ?? ''
      const next = applyEdit(text, owned)
      if (next === text) continue
      drafts.set(owned.file, next)
      state = await judge(drafts)
    }
  }
  return drafts
}

function understood(state: Judgement): Judgement & { readonly root: NonNullable<Judgement['root']> } {
  if (state.root !== null) return { ...state, root: state.root }
  const { problems } = state.reading
  throw new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
