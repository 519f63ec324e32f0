/** Words that mean something in a key; as an id they are written so that nobody takes them for that. */
const GRAMMAR_WORDS: ReadonlySet<string> = new Set([
  'agent',
  'main',
  'global',
  'unknown',
  'dm',
  'direct',
  'group',
  'channel',
  'thread',
  'topic',
  'cron',
  'run',
  'hook',
  'subagent',
])

/** Separators, the escape itself, white space, and what cannot be seen or stored. */
const UNSAFE = /[:%\s\p{Cc}\p{Cf}\p{Cs}]/u

/**
 * An id as it stands between the colons of a session key. Different ids stay different although keys are lower case:
 * `:`, `%`, white space, invisible characters and capitals are escaped, and so is the first letter of a word of the
 * grammar. Ordinary ids stay as they are.
 *
 * `%3a` is a character of ASCII; any other one is written by its UTF-16 units, `%u00c4`, so that even halves of
 * surrogate pairs survive. A platform whose ids do not mind case should hand them over in lower case: they read better.
 */
export function keyPartOf(id: string): string {
  if (GRAMMAR_WORDS.has(id)) return escapedUnit(id.charCodeAt(0)) + id.slice(1)
  let part = ''
  for (const character of id) {
    const isPlain = !UNSAFE.test(character) && character === character.toLowerCase()
    part += isPlain ? character : escaped(character)
  }
  return part
}

/** The id a part was made of. */
export function idOfKeyPart(part: string): string {
  return part.replace(/%(?:u([0-9a-f]{4})|([0-7][0-9a-f]))/g, (_, unit: string | undefined, ascii: string) =>
    String.fromCharCode(Number.parseInt(unit ?? ascii, 16)),
  )
}

function escaped(character: string): string {
  let text = ''
  for (let at = 0; at < character.length; at++) text += escapedUnit(character.charCodeAt(at))
  return text
}

function escapedUnit(unit: number): string {
  return unit < 0x80 ? `%${unit.toString(16).padStart(2, '0')}` : `%u${unit.toString(16).padStart(4, '0')}`
}
