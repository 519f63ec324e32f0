import JSON5 from 'json5'
import { LineIndex } from './text-place.js'

/** A stretch of the text: from `start` up to but not including `end`, counted in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Member extends Span {
  readonly key: string
  /** The key as it is written, quotes included. */
  readonly keySpan: Span
  readonly value: ValueNode
}

export interface ObjectNode extends Span {
  readonly kind: 'object'
  readonly members: readonly Member[]
}

export interface ListNode extends Span {
  readonly kind: 'list'
  readonly elements: readonly ValueNode[]
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
}

export type ValueNode = ObjectNode | ListNode | ScalarNode

/** Every token that carries meaning or a remark: comments, punctuation, keys, scalars. White space is none. */
export interface Token extends Span {
  readonly kind: 'line-comment' | 'block-comment' | 'punctuation' | 'key' | 'scalar'
}

export interface SyntaxTree {
  /** Null when the text holds nothing but white space and comments. */
  readonly root: ValueNode | null
  readonly tokens: readonly Token[]
}

/**
 * Where everything stands in a JSON5 text.
 * @throws SyntaxError of the JSON5 library when the text is not JSON5, which it alone decides; and for more nesting than
 * anybody needs
 */
export function readSyntaxTree(text: string): SyntaxTree {
  const scanner = new Scanner(text)
  scanner.skipTrivia()
  if (scanner.atEnd()) return { root: null, tokens: scanner.tokens }
  JSON5.parse(text)
  const root = scanner.readValue()
  scanner.skipTrivia()
  return { root, tokens: scanner.tokens }
}

/** The plain value of a node; the last of several equal keys wins, and no key can reach a prototype. */
export function plainValueOf(node: ValueNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.elements.map(plainValueOf)
  return Object.fromEntries(node.members.map((member) => [member.key, plainValueOf(member.value)]))
}

/** Nobody nests a configuration deeper than this, but a generated file may, and would exhaust the stack. */
const DEEPEST_NESTING = 200

const LINE_END = /[\n\r\u2028\u2029]/g
const WHITE_SPACE = /\s/
const END_OF_WORD = /[\s,:{}[\]"'/]|$/g

/** Walks over text that is known to be valid, so every step may assume what must come next. */
class Scanner {
  readonly tokens: Token[] = []
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  skipTrivia(): void {
    for (;;) {
      if (WHITE_SPACE.test(this.#text.charAt(this.#at))) this.#at += 1
      else if (this.#text.startsWith('//', this.#at)) this.#take('line-comment', this.#find(LINE_END))
      else if (this.#text.startsWith('/*', this.#at)) this.#take('block-comment', this.#endOfBlockComment())
      else return
    }
  }

  readValue(): ValueNode {
    const first = this.#text[this.#at]
    if (first !== '{' && first !== '[') return this.#readScalar()
    if (this.#depth === DEEPEST_NESTING) throw this.#tooDeep()
    this.#depth += 1
    const container = first === '{' ? this.#readObject() : this.#readList()
    this.#depth -= 1
    return container
  }

  #readObject(): ObjectNode {
    const start = this.#punctuation()
    const members: Member[] = []
    while (this.#next() !== '}') {
      members.push(this.#readMember())
      if (this.#next() === ',') this.#punctuation()
    }
    this.#punctuation()
    return { kind: 'object', members, start, end: this.#at }
  }

  #readMember(): Member {
    const keySpan = this.#take('key', this.#endOfWordOrText())
    this.#next()
    this.#punctuation()
    this.#next()
    const value = this.readValue()
    return { key: this.#keyIn(keySpan), keySpan, value, start: keySpan.start, end: value.end }
  }

  #readList(): ListNode {
    const start = this.#punctuation()
    const elements: ValueNode[] = []
    while (this.#next() !== ']') {
      elements.push(this.readValue())
      if (this.#next() === ',') this.#punctuation()
    }
    this.#punctuation()
    return { kind: 'list', elements, start, end: this.#at }
  }

  #readScalar(): ScalarNode {
    const span = this.#take('scalar', this.#endOfWordOrText())
    const value = JSON5.parse<ScalarNode['value']>(this.#text.slice(span.start, span.end))
    return { kind: 'scalar', value, start: span.start, end: span.end }
  }

  #keyIn({ start, end }: Span): string {
    const written = this.#text.slice(start, end)
    if (written.startsWith('"') || written.startsWith("'")) return JSON5.parse<string>(written)
    return written.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  }

  #tooDeep(): SyntaxError {
    const { line, column } = new LineIndex(this.#text).placeOf(this.#at)
    return Object.assign(new SyntaxError('nested too deeply'), { lineNumber: line, columnNumber: column })
  }

  #next(): string | undefined {
    this.skipTrivia()
    return this.#text[this.#at]
  }

  #punctuation(): number {
    return this.#take('punctuation', this.#at + 1).start
  }

  #take(kind: Token['kind'], end: number): Token {
    const token = { kind, start: this.#at, end }
    this.tokens.push(token)
    this.#at = end
    return token
  }

  #endOfWordOrText(): number {
    const quote = this.#text[this.#at]
    if (quote !== '"' && quote !== "'") return this.#find(END_OF_WORD)
    let end = this.#at + 1
    while (this.#text[end] !== quote && end < this.#text.length) end += this.#text[end] === '\\' ? 2 : 1
    return end + 1
  }

  #endOfBlockComment(): number {
    const end = this.#text.indexOf('*/', this.#at + 2)
    return end === -1 ? this.#text.length : end + 2
  }

  #find(what: RegExp): number {
    what.lastIndex = this.#at
    return what.exec(this.#text)?.index ?? this.#text.length
  }
}
