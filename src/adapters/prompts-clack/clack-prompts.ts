import type { Readable, Writable } from 'node:stream'
import { cancel, confirm, intro, isCancel, note, outro, password, select, text } from '@clack/prompts'
import {
  type PromptOption,
  type Prompts,
  PromptsCancelled,
  type TextQuestion,
} from '../../application/ports/prompts.js'

/** Where questions are shown and answers are typed. */
export interface ClackStreams {
  readonly input: Readable
  readonly output: Writable
}

/** For a serial console, which does not know how large it is and says 0. */
const USUAL_SIZE = { columns: 80, rows: 24 } as const

/** Questions on a terminal, with clack. What is asked goes to `output`, which is not where results go. */
export class ClackPrompts implements Prompts {
  readonly #streams: ClackStreams

  constructor(streams: ClackStreams) {
    this.#streams = streams
    const { output } = streams
    if ('columns' in output && output.columns === 0) Object.assign(output, USUAL_SIZE)
  }

  begin(title: string): void {
    intro(title, this.#streams)
  }

  tell(title: string, lines: readonly string[]): void {
    note(lines.join('\n'), title, { ...this.#streams, format: (line) => line })
  }

  end(line: string): void {
    outro(line, this.#streams)
  }

  async choose<Value extends string>(question: {
    readonly message: string
    readonly options: readonly PromptOption<Value>[]
    readonly initial?: Value
  }): Promise<Value> {
    const { message, options, initial } = question
    const answer = await select<string>({
      ...this.#streams,
      message,
      options: [...options],
      ...(initial === undefined ? {} : { initialValue: initial }),
    })
    return this.#answered(answer) as Value
  }

  async confirm(message: string, initial: boolean): Promise<boolean> {
    return this.#answered(await confirm({ ...this.#streams, message, initialValue: initial }))
  }

  async text({ message, initial, example, check }: TextQuestion): Promise<string> {
    const answer = await text({
      ...this.#streams,
      message,
      ...(initial === undefined ? {} : { initialValue: initial, defaultValue: initial }),
      ...(example === undefined ? {} : { placeholder: example }),
      validate: (typed) => check?.(typed ?? '') ?? undefined,
    })
    return this.#answered(answer)
  }

  async secret({ message, check }: Omit<TextQuestion, 'initial' | 'example'>): Promise<string> {
    const validate = (typed: string | undefined) => check?.(typed ?? '') ?? undefined
    return this.#answered(await password({ ...this.#streams, message, validate }))
  }

  /** Clack's one symbol stands for: cancelled. */
  #answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
    if (!isCancel(answer)) return answer as Exclude<Answer, symbol>
    cancel('cancelled', this.#streams)
    throw new PromptsCancelled()
  }
}
