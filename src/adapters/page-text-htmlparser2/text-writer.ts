/** A place in the text to which it can be taken back. */
export interface Mark {
  readonly text: string
  readonly pieces: number
}

/** Puts pieces of a page together as a reader sees them: white space joined, blocks apart. */
export class TextWriter {
  #text = ''
  #pieces = 0
  #isSpaceDue = false
  #breaksDue = 0
  /** What the next line begins with. */
  #lineStart = ''

  get mark(): Mark {
    return { text: this.#text, pieces: this.#pieces }
  }

  get text(): string {
    return this.#text.trim()
  }

  /** Text of a page, in which white space only parts words. */
  flow(text: string): void {
    const words = text.replace(/[\s\u00a0]+/g, ' ')
    if (words.startsWith(' ')) this.#isSpaceDue = true
    const inside = words.trim()
    if (inside === '') return
    this.#put(inside)
    this.#isSpaceDue = words.endsWith(' ')
  }

  /** Text whose white space counts. */
  verbatim(text: string): void {
    if (text !== '') this.#put(text)
  }

  /** What belongs to the last word: a space behind that comes behind this. */
  attach(text: string): void {
    const isSpaceDue = this.#isSpaceDue
    this.#isSpaceDue = false
    this.#put(text)
    this.#isSpaceDue = isSpaceDue
  }

  /** Ends the line, with an empty one behind it where `lines` is 2. */
  breakLine(lines: 1 | 2 = 1): void {
    this.#breaksDue = Math.max(this.#breaksDue, lines)
    this.#isSpaceDue = false
  }

  /** What the next line begins with, if there is one; empty = nothing after all. */
  beginLine(mark: string): void {
    this.#lineStart = mark
  }

  /** Takes back what was written since the mark was made, if that is one piece at most; else nothing. */
  takeBack({ text, pieces }: Mark): boolean {
    if (this.#pieces > pieces + 1) return false
    this.#text = text
    this.#pieces = pieces
    return true
  }

  #put(text: string): void {
    if (this.#breaksDue > 0 && this.#text !== '') this.#text += '\n'.repeat(this.#breaksDue)
    else if (this.#isSpaceDue && this.#text !== '') this.#text += ' '
    this.#text += this.#lineStart + text
    this.#pieces++
    this.#breaksDue = 0
    this.#isSpaceDue = false
    this.#lineStart = ''
  }
}
