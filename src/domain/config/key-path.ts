/** Object keys and array indexes from the root of the file to a value. */
export type KeyPath = readonly (string | number)[]

/** `agents.list[0].id`; a key that is no plain word is quoted: `models.providers["my.host"].apiKey`. */
export function formatKeyPath(path: KeyPath): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (/^[\w$-]+$/.test(segment)) text += text === '' ? segment : `.${segment}`
    else text += `[${JSON.stringify(segment)}]`
  }
  return text
}
