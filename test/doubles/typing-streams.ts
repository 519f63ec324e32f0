import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** A terminal for programs that ask: somebody reads what is shown and types keys when it is their turn. */
export class TypingStreams {
  readonly input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => undefined })
  readonly output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 60 })
  #shown = ''
  #seen = 0
  readonly #script: { readonly wait: string; readonly keys: string }[] = []

  constructor() {
    this.output.on('data', (chunk: Buffer) => {
      this.#shown += stripVTControlCharacters(chunk.toString())
      this.#type()
    })
  }

  /** Everything that was shown so far. */
  get shown(): string {
    return this.#shown
  }

  /** Once this text is shown, types these keys: `\r` is return, `\u0003` Ctrl-C. In the order of the calls. */
  when(wait: string, keys: string): this {
    this.#script.push({ wait, keys })
    return this
  }

  /** What was waited for and never shown. */
  get left(): readonly string[] {
    return this.#script.map(({ wait }) => wait)
  }

  #type(): void {
    const [next] = this.#script
    if (next === undefined) return
    const at = this.#shown.indexOf(next.wait, this.#seen)
    if (at === -1) return
    this.#seen = at + next.wait.length
    this.#script.shift()
    setImmediate(() => {
      for (const key of keysOf(next.keys)) this.input.write(key)
      this.#type()
    })
  }
}

export const DOWN = '\u001b[B'
export const RETURN = '\r'
export const INTERRUPT = '\u0003'

/** One write for a key, as a terminal does. */
function keysOf(text: string): readonly string[] {
  return text.split(DOWN).flatMap((part, index) => [...(index === 0 ? [] : [DOWN]), ...part])
}
