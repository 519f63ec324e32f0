import type { ClientToolCall } from '../../domain/run/answer-settings.js'
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

/** A call of a tool that the caller carries out; arguments that could not be read go along as they were written. */
export function clientCallOf({ id, name, args }: AskedCall): ClientToolCall {
  return { id, name, arguments: typeof args === 'string' ? args : JSON.stringify(args ?? {}) }
}
