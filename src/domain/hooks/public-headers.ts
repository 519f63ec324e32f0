/** What proves who somebody is, and what nobody but the gateway has to see. */
const SECRET =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-(?:mayros|openclaw)-token)$|secret|password|api-?key/

/** Headers that templates and transforms may see; names in lower case. */
export function publicHeaders(headers: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const shown: [string, string][] = []
  for (const [name, value] of headers) if (!SECRET.test(name.toLowerCase())) shown.push([name.toLowerCase(), value])
  return Object.fromEntries(shown)
}
