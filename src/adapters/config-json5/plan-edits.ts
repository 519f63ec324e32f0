import { isDeepStrictEqual } from 'node:util'
import { type ConfigEdit, ConfigFailure } from '../../application/ports/config-source.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import { REDACTED } from '../../domain/config/redacted.js'
import type { TextEdit } from './apply-edit.js'
import { memberPart, type Part, partAt, type Source, writtenValue } from './composition.js'
import { INCLUDE_KEY } from './include-names.js'

/** An edit and the file it belongs into. */
export interface OwnedEdit extends TextEdit {
  readonly file: string
}

/**
 * Takes an edit apart into the smallest ones that have the same effect, so that what stays the same stays as it is
 * written: references, remarks, order. Values that count already need no edit.
 * @param resolved what the part says with references filled in
 */
export function smallestEdits(part: Part | null, resolved: unknown, edit: ConfigEdit): ConfigEdit[] {
  const { path, value } = edit
  if (value === undefined) return part === null ? [] : [edit]
  if (part === null) return [edit]
  if (value === REDACTED) return []
  const written = writtenValue(part)
  if (isDeepStrictEqual(value, written) || isDeepStrictEqual(value, resolved)) return []
  if (typeof resolved === 'string' && resolved !== written && isSpelled(value, resolved)) return []
  if (part.kind === 'object' && isObject(value) && isObject(resolved) && !Object.hasOwn(value, INCLUDE_KEY)) {
    const set = Object.entries(value).flatMap(([key, member]) =>
      smallestEdits(memberPart(part, key), own(resolved, key), { path: [...path, key], value: member }),
    )
    const gone = [...part.members.keys()].filter((key) => !Object.hasOwn(value, key))
    return [...set, ...gone.map((key) => ({ path: [...path, key], value: undefined }))]
  }
  if (part.kind === 'list' && Array.isArray(value) && Array.isArray(resolved)) {
    const kept = value.slice(0, part.elements.length)
    const isSame = value.length === part.elements.length
    const grows = value.length > part.elements.length && isDeepStrictEqual(kept, resolved)
    if (isSame || grows) {
      return value.flatMap((item, index) =>
        smallestEdits(part.elements[index] ?? null, resolved[index], { path: [...path, index], value: item }),
      )
    }
  }
  return [edit]
}

/**
 * Finds the file that owns the value, or for a new key the one that owns its parent.
 * @throws ConfigFailure `config-invalid` when several files do
 */
export function ownedEdit(root: Part, rootPath: string, edit: ConfigEdit): OwnedEdit {
  const existing = partAt(root, edit.path)
  if (existing !== null) return inOwner(ownerOf(existing, edit), edit.path.length, edit)
  for (let length = edit.path.length - 1; length >= 0; length--) {
    const parent = partAt(root, edit.path.slice(0, length))
    if (parent !== null) return inOwner(onlySource(parent, edit), length, edit)
  }
  return { ...edit, file: rootPath, prefix: [] }
}

function ownerOf(part: Part, edit: ConfigEdit): Source {
  if (edit.value !== undefined) return part.kind === 'scalar' ? part.sources.at(-1)! : onlySource(part, edit)
  const source = onlySource(part, edit)
  if (source.path.length > 0 || edit.path.length === 0) return source
  throw conflict(edit, `comes from ${source.file.name} as a whole; remove its ${INCLUDE_KEY} by hand`)
}

/** Removing a value that hides another one would bring that one up. */
function onlySource(part: Part, edit: ConfigEdit): Source {
  const involved = edit.value === undefined ? [...part.hidden, ...part.sources] : part.sources
  const names = [...new Set(involved.map(({ file }) => file.name))]
  const [source] = part.sources
  if (involved.length === 1 && source !== undefined) return source
  throw conflict(edit, `written in several files (${names.join(', ')}); edit the one you mean by hand`)
}

function inOwner(source: Source, known: number, edit: ConfigEdit): OwnedEdit {
  const prefix = edit.path.slice(0, Math.max(0, known - source.path.length))
  return { ...edit, file: source.file.path, prefix, path: [...source.path, ...edit.path.slice(known)] }
}

function conflict(edit: ConfigEdit, message: string): ConfigFailure {
  const problems = [{ path: formatKeyPath(edit.path), code: 'conflict', message }]
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

/** Whether the text out of a reference spells this number or truth value. */
function isSpelled(value: unknown, text: string): boolean {
  return (typeof value === 'number' || typeof value === 'boolean') && String(value) === text
}
