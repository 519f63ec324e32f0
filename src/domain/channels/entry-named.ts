/**
 * What a map of the configuration says about a chat or a group. Networks that do not tell letters apart give ids in small
 * ones, files have them as people write them; the exact spelling goes first.
 */
export function entryNamed<Value>(map: Readonly<Record<string, Value>>, id: string): Value | undefined {
  if (Object.hasOwn(map, id)) return map[id]
  const wanted = id.toLowerCase()
  return Object.entries(map).find(([key]) => key.toLowerCase() === wanted)?.[1]
}
