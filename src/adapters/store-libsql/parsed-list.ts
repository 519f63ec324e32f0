/** The values of a row whose one column is `group_concat(json, ',')`; null (no rows) is the empty list. */
export function parsedList<Value>(row: readonly unknown[] | undefined): Value[] {
  const joined = row?.[0]
  return typeof joined === 'string' ? (JSON.parse(`[${joined}]`) as Value[]) : []
}
