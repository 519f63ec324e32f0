import { type ConfigEdit, ConfigFailure } from '../../application/ports/config-source.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import { isReservedKey } from '../../domain/config/reserved-keys.js'
import { withStoredSecrets } from '../../domain/config/stored-secrets.js'

/** A copy of the value with these places set; the value itself stays as it is. */
export function withEdits(value: object, edits: readonly ConfigEdit[]): object {
  return edits.reduce<object>((edited, edit) => withEdit(edited, edit, 0) as object, structuredClone(value))
}

function withEdit(container: unknown, edit: ConfigEdit, depth: number): unknown {
  const segment = edit.path[depth]
  if (segment === undefined) return resolved(container, edit)
  if (isReservedKey(segment)) throw misfit(edit, depth + 1, 'reserved key')
  const inside = container ?? (typeof segment === 'number' ? [] : {})
  if (typeof inside !== 'object' || Array.isArray(inside) !== (typeof segment === 'number')) {
    const what = typeof segment === 'number' ? 'a list' : 'an object'
    throw misfit(edit, depth, `expected ${what} to set a value in`)
  }
  const members = inside as Record<string | number, unknown>
  const isLeaf = depth === edit.path.length - 1
  if (edit.value === undefined && !Object.hasOwn(members, segment)) return container
  if (isLeaf && edit.value === undefined) return without(inside, segment)
  if (Array.isArray(inside) && Number(segment) > inside.length)
    throw misfit(edit, depth + 1, 'there is no such element')
  members[segment] = withEdit(members[segment], edit, depth + 1)
  return inside
}

function without(container: object, segment: string | number): object {
  if (Array.isArray(container)) container.splice(Number(segment), 1)
  else delete (container as Record<string, unknown>)[segment]
  return container
}

/** The value with what is stored in place of the placeholders that were shown for it. */
function resolved(stored: unknown, edit: ConfigEdit): unknown {
  const { value, missing } = withStoredSecrets(edit.value, stored)
  if (missing[0] === undefined) return value
  const path = [...edit.path, ...missing[0]]
  throw misfit({ path, value }, path.length, 'the placeholder of a secret stands where nothing is stored')
}

function misfit(edit: ConfigEdit, depth: number, message: string): ConfigFailure {
  const path = formatKeyPath(edit.path.slice(0, depth))
  const problems = [{ path, code: 'bad_value', message }]
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
