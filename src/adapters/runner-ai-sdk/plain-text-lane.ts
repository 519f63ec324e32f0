import type { Readable } from 'node:stream'
import type { RunnerPart } from '../../application/ports/agent-runner.js'
import type { Clock } from '../../application/ports/clock.js'
import type { TokenUsage } from '../../domain/session/transcript.js'
import { plainChunk } from './plain-chunk.js'
import { SseEvents, sseEvent } from './sse-events.js'
import type { UpstreamConnections, UpstreamResponse } from './upstream-request.js'
import { webResponse } from './web-response.js'

/** Characters that may wait for a slow reader before the provider has to wait too. */
const MAX_WAITING_CHARACTERS = 1024 * 1024
/** How long a provider may take to end its response after it said that it is done, in milliseconds. */
const END_GRACE_MS = 2000

/** Ends a stream of chat completion chunks. */
const DONE = '[DONE]'

/** Tells the SDK that its answer is not needed any more. One for all, because errors are costly to make. */
const ANSWERED = new Error('the answer was plain text and has been read')

/** How a plain answer ended. */
export interface PlainFinish {
  readonly stopReason: 'stop' | 'length'
  readonly usage: TokenUsage | undefined
}

/**
 * The short way of one answer in the dialect `openai-completions`.
 *
 * The SDK makes the request and calls `fetch`. As long as the response is nothing but text, it is read here and the SDK
 * waits; four web streams and a schema per chunk are thereby saved, which is more than half of what a run costs.
 * At the first event that is anything else the SDK gets the response, beginning with that event, and is the only reader
 * from then on, so tool calls, refusals and errors are understood by the SDK alone.
 */
export class PlainTextLane {
  readonly #connections: UpstreamConnections
  readonly #signal: AbortSignal
  readonly #clock: Clock
  readonly #events = new SseEvents()
  #waiting: RunnerPart[] = []
  #waitingCharacters = 0
  #wake: (() => void) | null = null
  #isOver = false
  #stopReason: 'stop' | 'length' | null = null
  #usage: TokenUsage | undefined
  #body: Readable | null = null
  #finish: PlainFinish | null = null

  constructor(connections: UpstreamConnections, signal: AbortSignal, clock: Clock) {
    this.#connections = connections
    this.#signal = signal
    this.#clock = clock
  }

  /** Set when the whole answer was plain; otherwise the SDK has the rest or the error. */
  get finish(): PlainFinish | null {
    return this.#finish
  }

  /** The next parts, neighbours of one kind joined; empty when this way has come to its end. */
  async take(): Promise<readonly RunnerPart[]> {
    if (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const parts = this.#waiting
    this.#waiting = []
    this.#waitingCharacters = 0
    if (this.#body?.isPaused() === true && !this.#isOver) this.#body.resume()
    return parts
  }

  /** Nothing more comes this way. Parts that wait can still be taken. */
  end(): void {
    this.#isOver = true
    this.#notify()
  }

  /** What the SDK uses as its fetch, for this one request. */
  async fetch(url: string, headers: Record<string, string>, body: string): Promise<Response> {
    const upstream = await this.#connections.post(url, headers, body, this.#signal)
    if (upstream.status < 200 || upstream.status > 299) return webResponse(upstream, '', (piece) => piece)
    return new Promise((resolve, reject) => this.#read(upstream, resolve, reject))
  }

  #read(upstream: UpstreamResponse, handOver: (response: Response) => void, fail: (error: unknown) => void): void {
    const source = upstream.body
    this.#body = source
    const detach = (): void => {
      source.off('data', onData)
      source.off('end', onEnd)
      source.off('error', onError)
    }
    const passOn = (head: string): void => {
      detach()
      this.end()
      handOver(webResponse(upstream, head, this.#rewrite))
    }
    const finished = (): void => {
      detach()
      this.#finish = { stopReason: this.#stopReason ?? 'stop', usage: this.#usage }
      if (!source.readableEnded) this.#letEnd(source)
      this.end()
      fail(ANSWERED)
    }
    const onData = (piece: string): void => {
      const events = this.#split(piece, onError)
      const other = events.findIndex((data) => data === DONE || !this.#understands(data))
      if (other === -1) {
        if (this.#waiting.length > 0) this.#notify()
        if (this.#waitingCharacters > MAX_WAITING_CHARACTERS) source.pause()
      } else if (events[other] === DONE && this.#stopReason !== null) finished()
      else passOn(this.#endSoFar() + written(events.slice(other)))
    }
    const onEnd = (): void => {
      if (this.#stopReason === null) passOn('')
      else finished()
    }
    const onError = (error: unknown): void => {
      detach()
      fail(error)
    }
    source.on('data', onData)
    source.on('end', onEnd)
    source.on('error', onError)
  }

  /** Takes a plain event into account; false for any other. */
  #understands(data: string): boolean {
    const chunk = plainChunk(data)
    if (chunk === null) return false
    if (this.#stopReason !== null && (chunk.text !== '' || chunk.thinking !== '')) return false
    if (chunk.thinking !== '') this.#add('thinking', chunk.thinking)
    if (chunk.text !== '') this.#add('text', chunk.text)
    if (chunk.usage !== null) this.#usage = chunk.usage
    if (chunk.finish !== null) this.#stopReason = chunk.finish
    return true
  }

  /** The end that was read already, for an SDK that comes in after it. */
  #endSoFar(): string {
    if (this.#stopReason === null) return ''
    const { input = 0, output = 0, total = 0, cacheRead = 0 } = this.#usage ?? {}
    return sseEvent(
      JSON.stringify({
        choices: [{ index: 0, delta: {}, finish_reason: this.#stopReason }],
        usage: {
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: cacheRead },
        },
      }),
    )
  }

  readonly #rewrite = (piece: string): string => written(this.#events.push(piece))

  #split(piece: string, failed: (error: unknown) => void): string[] {
    try {
      return this.#events.push(piece)
    } catch (error) {
      this.#body?.destroy()
      failed(error)
      return []
    }
  }

  #add(type: 'text' | 'thinking', delta: string): void {
    this.#waitingCharacters += delta.length
    const last = this.#waiting.at(-1)
    if (last?.type === type) this.#waiting[this.#waiting.length - 1] = { type, delta: last.delta + delta }
    else this.#waiting.push({ type, delta })
  }

  /** Reads the rest of a response that is done, so that its connection can be used again. */
  #letEnd(source: Readable): void {
    const timer = this.#clock.after(END_GRACE_MS, () => source.destroy())
    source.on('close', () => timer.cancel())
    source.on('error', () => timer.cancel())
    source.resume()
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}

function written(events: readonly string[]): string {
  return events.map(sseEvent).join('')
}
