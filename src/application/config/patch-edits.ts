import type { ConfigEdit } from '../ports/config-source.js'

/**
 * The edits that bring a merge patch into a configuration: objects merge, `null` deletes, lists replace, except lists
 * whose elements all have an `id`: there elements merge by it, and new ones are added at the end.
 * @param current what the files say now, as in `ConfigReading.resolved`
 */
export function patchEdits(current: unknown, patch: Readonly<Record<string, unknown>>): ConfigEdit[] {
  return objectEdits(current, patch, [])
}

function objectEdits(current: unknown, patch: Readonly<Record<string, unknown>>, at: ConfigEdit['path']): ConfigEdit[] {
  return Object.entries(patch).flatMap(([key, value]) => valueEdits(own(current, key), value, [...at, key]))
}

function valueEdits(current: unknown, value: unknown, at: ConfigEdit['path']): ConfigEdit[] {
  if (value === null) return current === undefined ? [] : [{ path: at, value: undefined }]
  if (isObject(value)) {
    return isObject(current) ? objectEdits(current, value, at) : [{ path: at, value: withoutNulls(value) }]
  }
  if (Array.isArray(value) && hasIds(value) && Array.isArray(current) && hasIds(current)) {
    return elementEdits(current, value, at)
  }
  return [{ path: at, value: withoutNulls(value) }]
}

function elementEdits(current: readonly Element[], patch: readonly Element[], at: ConfigEdit['path']): ConfigEdit[] {
  let length = current.length
  return patch.flatMap((element) => {
    const index = current.findIndex(({ id }) => id === element.id)
    if (index !== -1) return objectEdits(current[index], element, [...at, index])
    length += 1
    return [{ path: [...at, length - 1], value: withoutNulls(element) }]
  })
}

/** In what is new there is nothing to delete. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]))
}

interface Element extends Readonly<Record<string, unknown>> {
  readonly id: string
}

function hasIds(list: readonly unknown[]): list is readonly Element[] {
  return list.length > 0 && list.every((element) => isObject(element) && typeof element.id === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
