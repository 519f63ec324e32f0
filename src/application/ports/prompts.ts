/*
 * Questions to the person at the terminal. Called by commands that may ask: set-up, doctor.
 * Promises: an answer is one that was offered, or one that `check` let pass; a secret is never shown while it is typed.
 * May refuse: with PromptsCancelled when the person goes away. Must never ask where nobody sits: the caller looks first.
 */
import { Failure } from '../../domain/failure.js'

export interface PromptOption<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly hint?: string
}

export interface TextQuestion {
  readonly message: string
  /** Stands there to be edited, and is the answer when nothing is typed. */
  readonly initial?: string
  /** Shown in an empty field. */
  readonly example?: string
  /** What is wrong with an answer; null = nothing. */
  check?(answer: string): string | null
}

export interface Prompts {
  /** A heading; said once, before the first question. */
  begin(title: string): void
  /** Something to be read before going on. */
  tell(title: string, lines: readonly string[]): void
  /** Ends the conversation. */
  end(text: string): void
  choose<Value extends string>(question: {
    readonly message: string
    readonly options: readonly PromptOption<Value>[]
    readonly initial?: Value
  }): Promise<Value>
  confirm(message: string, initial: boolean): Promise<boolean>
  text(question: TextQuestion): Promise<string>
  secret(question: Omit<TextQuestion, 'initial' | 'example'>): Promise<string>
}

/** Ctrl-C or Escape instead of an answer. */
export class PromptsCancelled extends Failure {
  constructor() {
    super('cancelled', 'cancelled')
  }
}
