/** Lists whose elements are told apart by their `id` instead of their place. */
const KEYED_LISTS: ReadonlySet<string> = new Set(['agents.list', 'hooks.mappings'])

/** The elements of such a list by id, in the order of the list. */
export type KeyedList = ReadonlyMap<string, unknown>

/** Both sides of a list as maps by id; null where elements go by place: other lists, and ids that are missing or twice. */
export function keyedLists(
  at: readonly (string | number)[],
  before: unknown,
  after: unknown,
): { readonly before: KeyedList; readonly after: KeyedList } | null {
  if (!KEYED_LISTS.has(at.join('.'))) return null
  const keyedBefore = keyedList(before)
  const keyedAfter = keyedList(after)
  return keyedBefore === null || keyedAfter === null ? null : { before: keyedBefore, after: keyedAfter }
}

/** Whether elements that both sides have stand in another order, which is a change of the list itself. */
export function isReordered(before: KeyedList, after: KeyedList): boolean {
  const kept = [...before.keys()].filter((id) => after.has(id))
  return [...after.keys()].filter((id) => before.has(id)).some((id, index) => id !== kept[index])
}

function keyedList(value: unknown): KeyedList | null {
  if (!Array.isArray(value)) return null
  const byId = new Map<string, unknown>()
  for (const element of value as readonly unknown[]) {
    const id = idOf(element)
    if (id === null || byId.has(id)) return null
    byId.set(id, element)
  }
  return byId
}

function idOf(element: unknown): string | null {
  if (typeof element !== 'object' || element === null || !('id' in element)) return null
  const { id } = element
  return typeof id === 'string' || typeof id === 'number' ? String(id).toLowerCase() : null
}
