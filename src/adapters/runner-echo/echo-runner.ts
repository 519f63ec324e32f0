import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AgentRunner,
  type ModelInfo,
  type ModelRef,
  RunnerFailure,
  type RunnerFailureCode,
  type RunnerPart,
  type RunnerRequest,
} from '../../application/ports/agent-runner.js'
import type { Clock } from '../../application/ports/clock.js'
import { withoutInboundPrefix } from '../../domain/session/inbound-prefix.js'
import { textOf } from '../../domain/session/transcript.js'
import { type EchoCall, type EchoDirective, parseEchoDirective } from './echo-directive.js'

/** What answers when nobody configured a model. */
export const ECHO_MODEL: ModelRef = { provider: 'echo', model: 'echo' }

/** Closes every plain echo, on a line of its own. */
export const ECHO_HINT =
  'This is an echo: no model is configured. Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, or name a ' +
  'provider under models.providers and its model as agents.defaults.model, and restart the gateway.'

/** What `/echo fail rate-limit` asks a client to wait, in milliseconds. */
export const ECHO_RETRY_AFTER_MS = 1000

/** After so many deltas without a pause, others get a turn. */
const DELTAS_PER_TURN = 256

/**
 * Says back what it was told, word by word, so that a fresh gateway answers and clients can be tried without a model.
 * Messages that start with `/echo` are directives, see EchoDirective.
 */
export class EchoRunner implements AgentRunner {
  readonly #clock: Clock
  readonly #models: readonly ModelInfo[] = [
    { id: ECHO_MODEL.model, name: 'Echo (no model configured)', provider: ECHO_MODEL.provider, input: ['text'] },
  ]

  constructor(clock: Clock) {
    this.#clock = clock
  }

  models(): readonly ModelInfo[] {
    return this.#models
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    return {
      [Symbol.asyncIterator]: () => {
        const gone = new AbortController()
        const parts = this.#parts(request, AbortSignal.any([signal, gone.signal]))
        return {
          next: () => parts.next(),
          return: () => {
            gone.abort()
            return parts.return(undefined)
          },
        }
      },
    }
  }

  async *#parts(asked: RunnerRequest, signal: AbortSignal): AsyncGenerator<RunnerPart, undefined> {
    throwIfAborted(signal)
    const message = asked.message === null ? null : withoutInboundPrefix(asked.message)
    const request = { ...asked, message }
    const directive = message === null ? null : parseEchoDirective(message)
    let words = 0
    const said =
      directive === null
        ? this.#say('text', whatCameBack(request), 0, signal)
        : this.#follow(directive, request, signal)
    for await (const part of said) {
      throwIfAborted(signal)
      if (part.type === 'text') words += 1
      yield part
    }
    throwIfAborted(signal)
    const input = countWords(message ?? whatCameBack(request))
    const usage = { input, output: words, total: input + words }
    const stopReason = directive?.kind === 'call' ? 'toolUse' : 'stop'
    yield { type: 'finish', stopReason, usage, ...ECHO_MODEL, api: 'echo' }
  }

  async *#follow(directive: EchoDirective, request: RunnerRequest, signal: AbortSignal): AsyncGenerator<RunnerPart> {
    switch (directive.kind) {
      case 'invalid':
        throw new RunnerFailure('format', directive.problem)
      case 'echo':
        yield* this.#say('text', `${whatWasSaid(request)}\n\n${ECHO_HINT}`, 0, signal)
        return
      case 'slow':
        yield* this.#say('text', directive.text, directive.delayMs, signal)
        return
      case 'long':
        yield* this.#say('text', numberedWords(directive.words), directive.delayMs, signal)
        return
      case 'think':
        yield* this.#say('thinking', directive.text, 0, signal)
        yield* this.#say('text', directive.text, 0, signal)
        return
      case 'tool':
        yield* toolCall(`${request.runId}-tool-1`, directive.name, directive.text)
        yield* this.#say('text', directive.text === '' ? `Called ${directive.name}.` : directive.text, 0, signal)
        return
      case 'call':
        yield* askedFor(directive.calls, request)
        return
      case 'fail':
        yield* this.#say('text', directive.text, 0, signal)
        throw failureAskedFor(directive.code)
      case 'hang':
        await aborted(signal)
    }
  }

  async *#say(
    type: 'text' | 'thinking',
    text: string,
    delayMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<RunnerPart> {
    let deltas = 0
    for (const delta of wordsOf(text)) {
      if (delayMs > 0) await this.#pause(delayMs, signal)
      else if (deltas > 0 && deltas % DELTAS_PER_TURN === 0) await nextTurn()
      throwIfAborted(signal)
      deltas += 1
      yield { type, delta }
    }
  }

  /** Ends after the delay or as soon as the signal aborts, whichever is first. */
  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = this.#clock.after(delayMs, done)
      signal.addEventListener('abort', done)
      function done(): void {
        timer.cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}

function* toolCall(toolCallId: string, name: string, input: string): Generator<RunnerPart> {
  yield { type: 'tool.start', toolCallId, name, args: { input } }
  yield { type: 'tool.update', toolCallId, name, partialResult: { progress: 0.5 } }
  yield { type: 'tool.result', toolCallId, name, result: { output: input }, isError: false }
}

/** Ids that no earlier call of the conversation has. */
function* askedFor(calls: readonly EchoCall[], { runId, history }: RunnerRequest): Generator<RunnerPart> {
  for (const [index, call] of calls.entries()) {
    yield { type: 'tool.call', toolCallId: `${runId}-call-${history.length + 1}-${index + 1}`, ...call }
  }
}

/** What the history ends with: what a tool returned, or what was said meanwhile. */
function whatCameBack({ history }: RunnerRequest): string {
  const last = history.at(-1)
  return last === undefined || textOf(last) === '' ? '(nothing)' : textOf(last)
}

/** The text, and one line for every picture, so that a message of pictures only has an echo too. */
function whatWasSaid(request: RunnerRequest): string {
  const pictures = (request.attachments ?? []).map((picture) => `[${picture.fileName ?? picture.mimeType}]`)
  return [request.message ?? '', ...pictures].filter((line) => line !== '').join('\n')
}

/** Cuts before every word; the pieces together are the text again. */
function* wordsOf(text: string): Generator<string> {
  for (const [piece] of text.matchAll(/^\s+|\S+\s*/g)) yield piece
}

/** Counts words without keeping them. */
function countWords(text: string): number {
  let count = 0
  for (const piece of wordsOf(text)) if (piece.trim() !== '') count += 1
  return count
}

function numberedWords(count: number): string {
  return Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ')
}

function failureAskedFor(code: RunnerFailureCode): RunnerFailure {
  const message = `echo/echo failed with "${code}" because the message asked for it; send something else to get an answer`
  return code === 'rate-limit'
    ? new RunnerFailure(code, message, { retryAfterMs: ECHO_RETRY_AFTER_MS })
    : new RunnerFailure(code, message)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('the run was aborted', 'AbortError')
}
