import { UsageFailure } from './cli-failure.js'

/** Parses JSON that a person typed; the failure tells where it stops making sense. */
export function parseTypedJson(flag: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    const before = text.slice(0, firstBadCharacter(text)).split('\n')
    throw new UsageFailure(
      `${flag} is not valid JSON: line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`,
    )
  }
}

/** Index of the first character that cannot belong to a JSON document; the length when it just ends too early. */
export function firstBadCharacter(text: string): number {
  let at = 0
  const blanks = () => skip(/[ \t\r\n]*/y)
  const skip = (expected: RegExp): boolean => {
    expected.lastIndex = at
    const match = expected.exec(text)
    if (match !== null) at += match[0].length
    return match !== null
  }
  const word = (literal: string): boolean => {
    for (const character of literal) {
      if (text[at] !== character) return false
      at++
    }
    return true
  }
  const string = (): boolean => {
    at++
    skip(/(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy)
    return word('"')
  }
  const list = (end: string, item: () => boolean): boolean => {
    at++
    blanks()
    if (text[at] === end) return word(end)
    for (;;) {
      if (!item()) return false
      blanks()
      if (text[at] !== ',') return word(end)
      at++
      blanks()
    }
  }
  const member = (): boolean => {
    if (text[at] !== '"' || !string()) return false
    blanks()
    return word(':') && value()
  }
  const value = (): boolean => {
    blanks()
    switch (text[at]) {
      case '{':
        return list('}', member)
      case '[':
        return list(']', value)
      case '"':
        return string()
      case 't':
        return word('true')
      case 'f':
        return word('false')
      case 'n':
        return word('null')
      default:
        return skip(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    }
  }
  if (value()) blanks()
  return at
}
