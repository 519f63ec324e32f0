/** How much of the beginning is kept, in characters: what a program says first often explains the rest. */
const HEAD_LENGTH = 50_000
/** How much of the end. */
const TAIL_LENGTH = 150_000

/** What a command printed: the beginning and the end of it, at most 200 KB, however much there was. */
export class KeptOutput {
  #head = ''
  #tail: string[] = []
  #tailLength = 0
  /** Characters printed so far. */
  #length = 0

  get length(): number {
    return this.#length
  }

  append(text: string): void {
    this.#length += text.length
    const room = HEAD_LENGTH - this.#head.length
    if (room > 0) this.#head += text.slice(0, room)
    const rest = room > 0 ? text.slice(room) : text
    if (rest === '') return
    this.#tail.push(rest)
    this.#tailLength += rest.length
    if (this.#tailLength > 2 * TAIL_LENGTH || this.#tail.length > 10_000) this.#shorten()
  }

  /** Everything kept, with a note where something is missing. */
  text(): string {
    return this.since(0)
  }

  /** What was printed after the first `from` characters, as far as it was kept. */
  since(from: number): string {
    this.#shorten()
    const tail = this.#tail[0] ?? ''
    const tailStart = this.#length - tail.length
    const head = this.#head.slice(from)
    const missing = tailStart - Math.max(this.#head.length, Math.min(from, tailStart))
    const note = missing > 0 ? `\n[... ${missing} characters left out ...]\n` : ''
    return head + note + tail.slice(Math.max(0, from - tailStart))
  }

  #shorten(): void {
    const joined = this.#tail.join('')
    // Copied, because a slice would keep what was cut off in memory.
    const kept = joined.length > TAIL_LENGTH ? Buffer.from(joined.slice(-TAIL_LENGTH)).toString() : joined
    this.#tail = kept === '' ? [] : [kept]
    this.#tailLength = kept.length
  }
}
