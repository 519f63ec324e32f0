import { messageOf } from '../../domain/failure.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { ConfigHistory } from '../ports/config-history.js'
import type {
  ConfigEdit,
  ConfigReading,
  ConfigSource,
  ConfigText,
  ConfigWriteOptions,
  ConfigWritten,
} from '../ports/config-source.js'
import { patchEdits } from './patch-edits.js'
import { refusingWrite } from './refusing-write.js'

/** What somebody wants the files to say, in one of the ways in which it can be said. */
export type WantedConfig =
  /** The whole text of the root file. */
  | { readonly kind: 'whole'; readonly raw: string }
  /** An object that is merged into what the files say. */
  | { readonly kind: 'merge'; readonly patch: Readonly<Record<string, unknown>> }
  /** Single values. */
  | { readonly kind: 'edits'; readonly edits: readonly ConfigEdit[] }
  /** The texts of all files as they were. */
  | { readonly kind: 'texts'; readonly texts: readonly ConfigText[] }

/** A value as a client sends it. */
export interface SentEdit {
  readonly path: readonly (string | number)[]
  readonly value?: unknown
  readonly remove?: true | undefined
}

/**
 * Writes what is wanted, or with `dryRun` tells what it would come to. Rejects with a ConfigFailure.
 * @param before what the files say now
 */
export function writeWanted(
  source: ConfigSource,
  before: ConfigReading,
  wanted: WantedConfig,
  options: ConfigWriteOptions,
): Promise<ConfigWritten> {
  switch (wanted.kind) {
    case 'whole':
      return source.replace(wanted.raw, options)
    case 'merge':
      return source.edit(patchEdits(before.resolved ?? {}, wanted.patch), options)
    case 'edits':
      return source.edit(wanted.edits, options)
    case 'texts':
      return source.replace(wanted.texts, options)
  }
}

/** Reads a merge patch. A placeholder of a secret in it keeps what is stored. */
export function mergeOf(raw: string, parseJson5: (text: string) => unknown): WantedConfig {
  let patch: unknown
  try {
    patch = parseJson5(raw)
  } catch (thrown) {
    throw invalidRequest(messageOf(thrown))
  }
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw invalidRequest('config.patch raw must be an object')
  }
  return { kind: 'merge', patch: patch as Readonly<Record<string, unknown>> }
}

/** Reads single edits: each has either a value or `remove`. */
export function editsOf(sent: readonly SentEdit[]): WantedConfig {
  const edits = sent.map((edit, index) => {
    const { path, value, remove } = edit
    if (Object.hasOwn(edit, 'value') === (remove === true)) {
      throw invalidRequest(`edits[${index}]: give either value or remove: true`)
    }
    return { path, value }
  })
  return { kind: 'edits', edits }
}

/** Looks up an earlier state by its id. */
export async function versionOf(id: string, history: ConfigHistory | null): Promise<WantedConfig> {
  const texts = history === null ? null : await refusingWrite(history.texts(id))
  if (texts === null) throw invalidRequest(`version: there is none with the id ${id}; config.history lists them`)
  return { kind: 'texts', texts }
}
