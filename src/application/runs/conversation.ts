import type { TranscriptEntry, TranscriptMessage, UserMessage } from '../../domain/session/transcript.js'
import type { ActiveRun } from './active-run.js'
import { questionId, questionOf } from './run-messages.js'

/**
 * What the model of one run reads, and how it grows from call to call. The question stands apart until the first step
 * is done; from then on it is the history's.
 */
export class Conversation {
  #history: readonly TranscriptMessage[]
  #question: UserMessage | null
  #hasGrown = false
  readonly #text: string

  /**
   * @param entries the transcript, with or without the question; steps behind the question were done before the run was
   *   put back in line. Where results of the caller's tools are asked, they are the last of it
   * @param news what happened since the last turn, for the model only
   */
  constructor(entries: readonly TranscriptEntry[], run: ActiveRun, news: readonly string[]) {
    if (run.record.request.toolResults !== undefined) {
      this.#text = ''
      this.#history = entries.map(({ message }) => message)
      this.#question = null
      return
    }
    const asked = entries.findLastIndex((entry) => entry.id === questionId(run))
    this.#text = withNews(news, run.record.request.message)
    const question = worded(questionOf(run, 0), this.#text)
    const isUnderWay = asked !== -1 && entries.slice(asked + 1).some(({ message }) => message.role === 'toolResult')
    if (isUnderWay) {
      this.#history = entries.map(({ message }, index) => (index === asked ? question : message))
      this.#question = null
    } else {
      this.#history = entries.filter((_, index) => index !== asked).map(({ message }) => message)
      this.#question = question
    }
  }

  /** Everything before `message`, oldest first. */
  get history(): readonly TranscriptMessage[] {
    return this.#history
  }

  /** What is to be answered; null when the history ends with it. */
  get message(): string | null {
    return this.#question === null ? null : this.#text
  }

  /** Whether a step was done. */
  get hasGrown(): boolean {
    return this.#hasGrown
  }

  /** A step was done. */
  grow(messages: readonly TranscriptMessage[]): void {
    this.#hasGrown = true
    const question = this.#question === null ? [] : [this.#question]
    this.#history = [...this.#history, ...question, ...messages]
    this.#question = null
  }
}

function worded(question: UserMessage, text: string): UserMessage {
  const rest = question.content.filter((block) => block.type !== 'text')
  return { ...question, content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...rest] }
}

function withNews(news: readonly string[], message: string): string {
  return news.length === 0 ? message : `${news.map((line) => `System: ${line}`).join('\n')}\n\n${message}`
}
