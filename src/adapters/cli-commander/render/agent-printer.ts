import type { CommandContext } from '../command-context.js'
import { type AgentOutcome, agentDocument, answerText } from './agent-result.js'

/** Shows a run: the answer on stdout, everything else on stderr; or JSON. */
export class AgentPrinter {
  readonly #context: CommandContext
  readonly #stream: boolean
  readonly #verbose: boolean
  #streamed = ''
  #accepted = false

  constructor(context: CommandContext, options: { readonly stream: boolean; readonly verbose: boolean }) {
    this.#context = context
    this.#stream = options.stream
    this.#verbose = options.verbose
  }

  accepted(runId: string): void {
    if (this.#accepted) return
    this.#accepted = true
    if (this.#stream && this.#context.json) this.#context.printJsonLine({ type: 'accepted', runId })
    else if (this.#verbose) this.#context.note(`run ${runId} accepted`)
  }

  /** New text of the answer. */
  delta(delta: string): void {
    if (!this.#stream || delta === '') return
    this.#streamed += delta
    if (this.#context.json) this.#context.printJsonLine({ type: 'delta', delta })
    else this.#context.deps.stdout.write(delta)
  }

  tool(data: Readonly<Record<string, unknown>>): void {
    if (this.#stream && this.#context.json) this.#context.printJsonLine({ type: 'tool', ...data })
  }

  waiting(reason: string): void {
    this.#context.note(`lost the gateway (${reason}), waiting for the run`)
  }

  finish(outcome: AgentOutcome): void {
    if (this.#context.json) {
      const document = agentDocument(outcome)
      if (this.#stream) this.#context.printJsonLine({ type: 'final', ...document })
      else this.#context.printJson(document)
      return
    }
    this.#finishText(answerText(outcome.final))
    if (outcome.error !== null) this.#context.note(`Error: ${outcome.error}`)
  }

  /** Prints what was not streamed: all of it, or the end that came after the last piece. */
  #finishText(text: string): void {
    if (this.#streamed === '') {
      if (text !== '') this.#context.print(text)
      return
    }
    const rest = text.startsWith(this.#streamed) ? text.slice(this.#streamed.length) : ''
    this.#context.deps.stdout.write(`${rest}\n`)
  }
}
