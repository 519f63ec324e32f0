/** A serialised answer and the question whether it is still true. */
export interface Answer {
  readonly text: string
  isCurrent(): boolean
}

interface Making {
  readonly revision: number
  readonly text: Promise<string>
}

/** Longer questions are not worth remembering. */
const LONGEST_QUESTION = 1_024

/**
 * Answers that were given before, for as long as they are true. Bounded by number and by characters; what was asked
 * for longest ago goes first. Several who ask the same at once share one making.
 */
export class Answers {
  readonly #maxAnswers: number
  readonly #maxChars: number
  readonly #kept = new Map<string, Answer>()
  readonly #making = new Map<string, Making>()
  #chars = 0

  constructor({ maxAnswers, maxChars }: { readonly maxAnswers: number; readonly maxChars: number }) {
    this.#maxAnswers = maxAnswers
    this.#maxChars = maxChars
  }

  /** The answer of an earlier time, if it still is true. */
  find(question: string): string | undefined {
    const answer = this.#kept.get(question)
    if (answer === undefined) return undefined
    this.#drop(question, answer)
    if (!answer.isCurrent()) return undefined
    this.#keep(question, answer)
    return answer.text
  }

  /**
   * Makes an answer, or waits for the one that is being made from the same state.
   * @param revision of everything an answer may depend on, as it is now
   */
  make(question: string, revision: number, make: () => Promise<Answer>): Promise<string> {
    if (question.length > LONGEST_QUESTION) return make().then((answer) => answer.text)
    const making = this.#making.get(question)
    if (making?.revision === revision) return making.text
    const started: Making = { revision, text: this.#made(question, make) }
    this.#making.set(question, started)
    const over = () => {
      if (this.#making.get(question) === started) this.#making.delete(question)
    }
    started.text.then(over, over)
    return started.text
  }

  async #made(question: string, make: () => Promise<Answer>): Promise<string> {
    const answer = await make()
    if (answer.isCurrent() && answer.text.length <= this.#maxChars) {
      const former = this.#kept.get(question)
      if (former !== undefined) this.#drop(question, former)
      this.#keep(question, answer)
      this.#shrink()
    }
    return answer.text
  }

  #keep(question: string, answer: Answer): void {
    this.#kept.set(question, answer)
    this.#chars += answer.text.length
  }

  #drop(question: string, answer: Answer): void {
    this.#kept.delete(question)
    this.#chars -= answer.text.length
  }

  #shrink(): void {
    for (const [question, answer] of this.#kept) {
      if (this.#kept.size <= this.#maxAnswers && this.#chars <= this.#maxChars) return
      this.#drop(question, answer)
    }
  }
}
