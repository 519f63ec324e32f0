/** One word of a command line as the shell hands it to the program. */
export interface ShellWord {
  readonly text: string
  /** The shell may turn it into other words (`*.txt`, `~`, `{a,b}`); `text` is then only what was written. */
  readonly expands: boolean
}

/**
 * A command line, taken apart; or why it is not understood. `plain`: the words of every command in it, in order; what
 * stands between them (pipes, `;`, `&&`, `||`, `&`, line ends) changes which of them run, never what they are.
 */
export type ShellReading =
  | { readonly kind: 'plain'; readonly commands: readonly (readonly ShellWord[])[] }
  | { readonly kind: 'opaque'; readonly because: string }

/** Longer command lines are not looked at. */
const MAX_LENGTH = 64 * 1024

/** Stands for itself in every shell, wherever it is. */
const PLAIN = /[\w./:=@%+,!-]/
/** May make one word into several, or into another one. */
const EXPANDING = /[*?[\]{}~]/
/** Redirections that reach no file of anybody. */
const HARMLESS = /(?:[12]?>{1,2}[ \t]*\/dev\/null|[12]?>&[12])(?=[ \t\n;|&]|$)/y

const UNKNOWN: Readonly<Record<string, string>> = {
  $: 'it expands variables or runs commands in between',
  '`': 'it runs commands in between',
  '<': 'it redirects input',
  '>': 'it redirects output',
  '(': 'it has a subshell or a function',
  ')': 'it has a subshell or a function',
  '#': 'it has a comment',
}

/**
 * Reads a command line for `sh` with a small part of its language. Whatever is not surely understood the way every shell
 * understands it is opaque: a wrong guess here would let somebody run what nobody allowed.
 */
export function readShell(text: string): ShellReading {
  if (text.length > MAX_LENGTH) return opaque('it is too long')
  if (hasControls(text)) return opaque('it has control characters')
  return new Reader(text).read()
}

/** Anything below a space but tabs and line feeds, and DEL. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a) || code === 0x7f) return true
  }
  return false
}

function opaque(because: string): ShellReading {
  return { kind: 'opaque', because }
}

class Opaque extends Error {}

class Reader {
  readonly #text: string
  #at = 0
  #commands: ShellWord[][] = []
  #command: ShellWord[] = []
  /** Something has to follow: `a |`, `a &&`. */
  #isOpen = false

  constructor(text: string) {
    this.#text = text
  }

  read(): ShellReading {
    try {
      while (this.#at < this.#text.length) this.#step()
      this.#end(';')
      if (this.#isOpen || this.#commands.length === 0) throw new Opaque('it is not complete')
      return { kind: 'plain', commands: this.#commands }
    } catch (thrown) {
      if (!(thrown instanceof Opaque)) throw thrown
      return opaque(thrown.message)
    }
  }

  #step(): void {
    const here = this.#text[this.#at] as string
    if (here === ' ' || here === '\t') this.#at++
    else if (here === '\n' || here === ';' || here === '&' || here === '|') this.#separator(here)
    else if (!this.#skipHarmless()) this.#command.push(this.#word())
  }

  #separator(here: string): void {
    const isDouble = (here === '&' || here === '|') && this.#text[this.#at + 1] === here
    this.#at += isDouble ? 2 : 1
    const next = this.#text[this.#at]
    if (here !== '\n' && (next === '&' || next === '|' || next === ';')) throw new Opaque('it has unusual separators')
    this.#end(isDouble ? here + here : here)
  }

  /** Ends a command. Line ends may follow anything, `;` and `&` only a command, the others ask for one more. */
  #end(separator: string): void {
    if (this.#command.length > 0) {
      this.#commands.push(this.#command)
      this.#command = []
      this.#isOpen = false
    } else if (separator !== '\n' && this.#at < this.#text.length) {
      throw new Opaque('a command is missing')
    }
    if (separator === '|' || separator === '||' || separator === '&&') this.#isOpen = true
  }

  #skipHarmless(): boolean {
    HARMLESS.lastIndex = this.#at
    const match = HARMLESS.exec(this.#text)
    if (match !== null) this.#at += match[0].length
    return match !== null
  }

  #word(): ShellWord {
    let text = ''
    let expands = false
    for (; this.#at < this.#text.length; this.#at++) {
      const here = this.#text[this.#at] as string
      if (' \t\n;&|'.includes(here)) break
      if (here === "'") text += this.#single()
      else if (here === '"') text += this.#double()
      else if (here === '\\') text += this.#escaped()
      else if (PLAIN.test(here)) text += here
      else if (EXPANDING.test(here)) {
        text += here
        expands = true
      } else throw new Opaque(UNKNOWN[here] ?? `it has an unquoted ${JSON.stringify(here)}`)
    }
    return { text, expands }
  }

  /** Leaves the place at the closing quote. */
  #single(): string {
    const end = this.#text.indexOf("'", this.#at + 1)
    if (end === -1) throw new Opaque('a quote is not closed')
    const inside = this.#text.slice(this.#at + 1, end)
    this.#at = end
    return inside
  }

  /** Leaves the place at the closing quote. */
  #double(): string {
    let inside = ''
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const here = this.#text[this.#at] as string
      if (here === '"') return inside
      if (here === '$' || here === '`') throw new Opaque(UNKNOWN[here] as string)
      if (here !== '\\') inside += here
      else if ('"\\$`\n'.includes(this.#text[this.#at + 1] ?? '\n')) inside += this.#escaped()
      else inside += here
    }
    throw new Opaque('a quote is not closed')
  }

  /** The character behind a backslash; leaves the place at it. */
  #escaped(): string {
    this.#at++
    const next = this.#text[this.#at]
    if (next === undefined || next === '\n') throw new Opaque('a line goes on in the next one')
    return next
  }
}
