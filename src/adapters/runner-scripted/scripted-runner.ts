import {
  type AgentRunner,
  type ModelInfo,
  type ModelRef,
  RunnerFailure,
  type RunnerPart,
  type RunnerRequest,
} from '../../application/ports/agent-runner.js'
import type { Clock } from '../../application/ports/clock.js'
import { textOf } from '../../domain/session/transcript.js'
import { type ScriptStep, step } from './script-step.js'

/** The model that scripts speak for. */
export const SCRIPTED_MODEL: ModelRef = { provider: 'test', model: 'script' }

/** A script, or what to say to this request. */
export type Script = readonly ScriptStep[] | ((request: RunnerRequest) => readonly ScriptStep[])

/**
 * A model whose answers are written beforehand. Each call takes the next script; when there is none it repeats what it
 * was told. Keeps every promise of the port.
 */
export class ScriptedRunner implements AgentRunner {
  /** Every request that was begun, oldest first. */
  readonly requests: RunnerRequest[] = []
  readonly #clock: Clock
  readonly #scripts: Script[] = []
  #otherwise: Script = (request) => [step.text(`You said: ${lastWords(request)}`)]
  #underWay = 0

  /** @param clock what `step.wait(milliseconds)` is measured by */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The next call of the model follows these steps; scripts queue up. */
  next(...steps: readonly ScriptStep[]): this {
    this.#scripts.push(steps)
    return this
  }

  /** What calls do for which no script was written. */
  otherwise(script: Script): this {
    this.#otherwise = script
    return this
  }

  /** Answers that have begun and not ended. */
  get underWay(): number {
    return this.#underWay
  }

  models(): readonly ModelInfo[] {
    return [{ id: SCRIPTED_MODEL.model, name: 'Script', provider: SCRIPTED_MODEL.provider, input: ['text'] }]
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    return {
      [Symbol.asyncIterator]: () => {
        const left = new AbortController()
        const parts = this.#parts(request, AbortSignal.any([signal, left.signal]))
        return {
          next: () => parts.next(),
          return: () => {
            left.abort()
            return parts.return(undefined)
          },
        }
      },
    }
  }

  async *#parts(request: RunnerRequest, signal: AbortSignal): AsyncGenerator<RunnerPart, undefined> {
    signal.throwIfAborted()
    this.requests.push(request)
    this.#underWay += 1
    try {
      const script = this.#scripts.shift() ?? this.#otherwise
      const steps = typeof script === 'function' ? script(request) : script
      for (const [index, each] of steps.entries()) {
        for await (const part of this.#perform(each, `${request.runId}-tool-${index + 1}`, signal)) {
          signal.throwIfAborted()
          yield part
        }
        signal.throwIfAborted()
      }
      const asksForTools = steps.some(({ kind }) => kind === 'call')
      yield { type: 'finish', stopReason: asksForTools ? 'toolUse' : 'stop', ...SCRIPTED_MODEL }
    } finally {
      this.#underWay -= 1
    }
  }

  async *#perform(each: ScriptStep, toolCallId: string, signal: AbortSignal): AsyncGenerator<RunnerPart> {
    switch (each.kind) {
      case 'text':
      case 'thinking':
        yield { type: each.kind, delta: each.delta }
        return
      case 'tool': {
        const { name, args, result, isError } = each
        yield { type: 'tool.start', toolCallId, name, args }
        yield { type: 'tool.result', toolCallId, name, result, isError }
        return
      }
      case 'call': {
        const { kind: _, id = toolCallId, ...call } = each
        yield { type: 'tool.call', toolCallId: id, ...call }
        return
      }
      case 'wait':
        await this.#wait(each.until, signal)
        return
      case 'hang':
        await aborted(signal)
        return
      case 'fail':
        throw new RunnerFailure(each.code, each.message)
    }
  }

  /** Ends as soon as the signal aborts, too. */
  async #wait(until: number | PromiseLike<unknown>, signal: AbortSignal): Promise<void> {
    if (typeof until !== 'number') {
      await Promise.race([until, aborted(signal)])
      return
    }
    let timer = { cancel: (): void => undefined }
    const passed = new Promise<void>((resolve) => {
      timer = this.#clock.after(until, resolve)
    })
    await Promise.race([passed, aborted(signal)])
    timer.cancel()
  }
}

/** The message, or what the history ends with when tools have been used. */
function lastWords({ message, history }: RunnerRequest): string {
  const last = history.at(-1)
  return message ?? (last === undefined ? '' : textOf(last))
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
