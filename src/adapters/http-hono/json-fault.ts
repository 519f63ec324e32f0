/** Where a text stops being JSON, both counted from 1. */
export interface JsonFault {
  readonly line: number
  readonly column: number
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const HEX = /[\da-fA-F]{4}/y
const ESCAPED = '"\\/bfnrt'

/**
 * Finds the first character that JSON does not allow in its place; null in a text that is JSON. What engines say about it
 * differs, and quotes the text.
 */
export function jsonFault(text: string): JsonFault | null {
  const at = new JsonScan(text).fault()
  if (at === null) return null
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: at - lineStart + 1 }
}

/** Walks through one text, without recursion: depth is the sender's to choose. */
class JsonScan {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Offset of the fault; null when there is none. */
  fault(): number | null {
    const open: ('{' | '[')[] = []
    this.#space()
    for (;;) {
      const opened = this.#value()
      if (opened === null) return this.#at
      if (opened !== '') {
        open.push(opened)
        this.#space()
        if (!this.#take(closerOf(opened))) {
          if (opened === '{' && !this.#name()) return this.#at
          continue
        }
        open.pop()
      }
      for (;;) {
        this.#space()
        const inside = open.at(-1)
        if (inside === undefined) return this.#at === this.#text.length ? null : this.#at
        if (this.#take(',')) {
          this.#space()
          if (inside === '{' && !this.#name()) return this.#at
          break
        }
        if (!this.#take(closerOf(inside))) return this.#at
        open.pop()
      }
    }
  }

  /** Null = there is no value here; what it opens, or nothing when it is complete. */
  #value(): '{' | '[' | '' | null {
    if (this.#take('{')) return '{'
    if (this.#take('[')) return '['
    if (this.#text[this.#at] === '"') return this.#string() ? '' : null
    return this.#match(NUMBER) || this.#match(WORD) ? '' : null
  }

  #name(): boolean {
    if (!this.#string()) return false
    this.#space()
    if (!this.#take(':')) return false
    this.#space()
    return true
  }

  #string(): boolean {
    if (!this.#take('"')) return false
    while (this.#at < this.#text.length) {
      if (this.#take('"')) return true
      if (this.#take('\\')) {
        if (this.#take('u') ? !this.#match(HEX) : !this.#escaped()) return false
      } else if (this.#text.charCodeAt(this.#at) < 0x20) return false
      else this.#at++
    }
    return false
  }

  #escaped(): boolean {
    if (!ESCAPED.includes(this.#text[this.#at] ?? ' ')) return false
    this.#at++
    return true
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '.')) this.#at++
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    this.#at = pattern.lastIndex
    return true
  }
}

function closerOf(opener: '{' | '['): '}' | ']' {
  return opener === '{' ? '}' : ']'
}
