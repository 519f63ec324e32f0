/** One element of a `Forwarded` header: what one proxy said. Parameter names in lower case, values without quotes. */
export type ForwardedElement = ReadonlyMap<string, string>

/** Space, tab. */
const BLANKS = /[ \t]*/y
const NAME = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
/** A token, and what careless proxies leave unquoted: `[`, `]`, `:`, `@`. */
const BARE_VALUE = /[!#$%&'*+.^_`|~0-9A-Za-z:@[\]-]+/y
const QUOTED_VALUE = /"((?:[\t !#-[\]-~\x80-\uffff]|\\[\t -~\x80-\uffff])*)"/y

/**
 * Takes a `Forwarded` header (RFC 7239) apart, nearest proxy last. Null when any part of it is malformed, since quotes
 * left open by one sender can swallow what the next one wrote. An empty element has no parameters.
 */
export function parseForwarded(header: string): readonly ForwardedElement[] | null {
  const reader = new Reader(header)
  const elements: ForwardedElement[] = []
  do {
    const element = readElement(reader)
    if (element === null) return null
    elements.push(element)
  } while (reader.takes(','))
  return reader.isAtEnd ? elements : null
}

function readElement(reader: Reader): ForwardedElement | null {
  const element = new Map<string, string>()
  do {
    reader.take(BLANKS)
    const name = reader.take(NAME)?.[0].toLowerCase()
    if (name === undefined) continue
    const value = reader.takes('=') ? readValue(reader) : null
    if (value === null || element.has(name)) return null
    element.set(name, value)
    reader.take(BLANKS)
  } while (reader.takes(';'))
  return element
}

function readValue(reader: Reader): string | null {
  const quoted = reader.take(QUOTED_VALUE)
  if (quoted) return quoted[1]!.replace(/\\(.)/g, '$1')
  return reader.take(BARE_VALUE)?.[0] ?? null
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** What a sticky pattern matches here, or null. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match) this.#at += match[0].length
    return match
  }

  takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }
}
