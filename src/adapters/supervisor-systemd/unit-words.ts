import { SupervisorFailure } from '../../application/ports/supervisor.js'

/** Characters that need no quotes in a unit file. */
const PLAIN = /^[A-Za-z0-9_@+:,./=-]+$/

/** A word of a command line: quoted where it must be, `%` and `$` doubled. */
export function commandWord(text: string): string {
  return quoted(text.replaceAll('%', '%%').replaceAll('$', '$$$$'), text)
}

/** An assignment of `Environment=`; a dollar sign means nothing there. */
export function environmentWord(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new SupervisorFailure('service-unwritable', `${JSON.stringify(name)} is no name of a variable`)
  }
  const text = `${name}=${value}`
  return quoted(text.replaceAll('%', '%%'), text)
}

/** A value that takes the rest of its line as it stands. */
export function restOfLine(text: string): string {
  refuseLineBreaks(text)
  if (text !== text.trim() || text.endsWith('\\')) {
    throw new SupervisorFailure('service-unwritable', `${JSON.stringify(text)} cannot stand in a unit file`)
  }
  return text.replaceAll('%', '%%')
}

function quoted(escaped: string, original: string): string {
  refuseLineBreaks(original)
  if (PLAIN.test(escaped)) return escaped
  return `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\t', '\\t')}"`
}

function refuseLineBreaks(text: string): void {
  if (!/[\r\n\0]/.test(text)) return
  throw new SupervisorFailure('service-unwritable', 'a value with a line break cannot stand in a service file')
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ' }

/** Takes a line apart into words as systemd does: quotes of both kinds, backslashes, `%%`. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!
    if (char === '\\') {
      at += 1
      const next = line[at] ?? ''
      word = (word ?? '') + (ESCAPES[next] ?? next)
    } else if (quote === null && /\s/.test(char)) {
      if (word !== null) words.push(word)
      word = null
    } else if (quote === null && word === null && (char === '"' || char === "'")) {
      quote = char
      word = ''
    } else if (char === quote) {
      quote = null
    } else {
      word = (word ?? '') + char
    }
  }
  if (word !== null) words.push(word)
  return words
}

export function withoutSpecifiers(text: string): string {
  return text.replaceAll('%%', '%')
}

/** A word of a command line as the program gets it. */
export function plainCommandWord(word: string): string {
  return withoutSpecifiers(word).replaceAll('$$', '$')
}
