import type { RunnerPart } from '../ports/agent-runner.js'

type CallPart = Extract<RunnerPart, { type: 'tool.call' }>

/** A tool the model asks for. */
export interface AskedCall {
  /** No other call of the run has it. */
  readonly id: string
  readonly name: string
  readonly args: unknown
  /** Why the arguments could not be read. */
  readonly problem?: string
}

/** Gives every call of a run an id of its own: some models count from zero in every answer. */
export class CallIds {
  readonly #taken = new Set<string>()

  asked({ toolCallId, name, args, problem }: CallPart): AskedCall {
    const wanted = toolCallId === '' ? 'call' : toolCallId
    let id = wanted
    for (let number = 2; this.#taken.has(id); number++) id = `${wanted}_${number}`
    this.#taken.add(id)
    return { id, name, args, ...(problem === undefined ? {} : { problem }) }
  }
}
