interface Remembered<T> {
  readonly answer: Promise<T>
  /** Monotonic milliseconds; infinity while the question is open. */
  until: number
}

/**
 * Answers that stay true for a while, by question. Who asks while the question is open gets the same answer; a question
 * that failed is forgotten. When there are too many, the oldest go.
 */
export class RememberedAnswers<T> {
  readonly #answers = new Map<string, Remembered<T>>()
  readonly #most: number
  readonly #monotonic: () => number
  readonly #lifeMs: (answer: T) => number

  constructor(options: { most: number; monotonic: () => number; lifeMs: (answer: T) => number }) {
    this.#most = options.most
    this.#monotonic = options.monotonic
    this.#lifeMs = options.lifeMs
  }

  get size(): number {
    return this.#answers.size
  }

  answer(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question)
    if (known !== undefined && known.until > this.#monotonic()) return known.answer
    this.#answers.delete(question)
    const remembered: Remembered<T> = { answer: ask(), until: Number.POSITIVE_INFINITY }
    this.#answers.set(question, remembered)
    remembered.answer.then(
      (answer) => {
        remembered.until = this.#monotonic() + this.#lifeMs(answer)
      },
      () => {
        if (this.#answers.get(question) === remembered) this.#answers.delete(question)
      },
    )
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest)
    return remembered.answer
  }
}
