import { limits } from '../../domain/protocol/limits.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { GrowingText } from '../../domain/run/reply-text.js'
import { shownToolResult } from '../../domain/run/tool-result.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Client } from '../connection/client.js'
import type { Clients } from '../connection/clients.js'
import type { RunnerPart } from '../ports/agent-runner.js'
import type { Clock, Timer } from '../ports/clock.js'

/** Why a chat ended without its final. */
export type ChatStopReason = 'rpc' | 'stop' | 'timeout' | 'shutdown' | 'restart'

/** What a session's settings let clients see beside the answer. */
export interface Showing {
  readonly thinking: boolean
  /** What tools returned, not only that they did. */
  readonly toolResults: boolean
}

/** Somebody in this process who hears one answer as it comes. */
export interface AnswerListener {
  /** A piece of the answer's text, never empty. */
  text(delta: string): void
  /** A piece of what the model thinks. */
  thinking?(delta: string): void
  /** The model has used tools; what comes now is a new paragraph. */
  stepped?(): void
}

/** What a narrator speaks through. */
export interface Stage {
  readonly broadcast: Broadcast
  readonly clients: Clients
  readonly clock: Clock
}

/**
 * Tells one run as events: `agent` events for every part, `chat` events as the throttled view for people. Runs that
 * are bound to no session have no chat view. Tool events go only to clients that asked for them.
 */
export class RunNarrator {
  #text = new GrowingText()
  /** What was said before the steps that are done, and two line breaks, as JSON without quotes. */
  #earlierJson = ''
  #lastShown = ''
  readonly #thinking = new GrowingText()
  readonly #stage: Stage
  readonly #runJson: string
  readonly #sessionJson: string | null
  readonly #toolListeners = new Set<Client>()
  readonly #listeners: AnswerListener[] = []
  #seq = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #hasUntold = false
  #flush: Timer | undefined
  #isOver = false
  #showing: Showing = { thinking: false, toolResults: false }

  constructor(runId: string, sessionKey: string | null, stage: Stage) {
    this.#stage = stage
    this.#runJson = JSON.stringify(runId)
    this.#sessionJson = sessionKey === null ? null : JSON.stringify(sessionKey)
  }

  /** What the model says now: its answer since the last step. */
  get text(): GrowingText {
    return this.#text
  }

  /** What people are left with: the last thing the model said. */
  get lastText(): string {
    return this.#text.isEmpty ? this.#lastShown : this.#text.shown
  }

  /** The model has said something and uses tools now; what it says next is another message. */
  stepped(): void {
    this.#tellAll()
    for (const listener of this.#listeners) listener.stepped?.()
    if (!this.#text.isEmpty) {
      this.#lastShown = this.#text.shown
      this.#earlierJson += `${this.#text.shownJson.slice(1, -1)}\\n\\n`
    }
    this.#text = new GrowingText()
  }

  /** The conversation is being made short, or has been. */
  compacting(phase: 'start' | 'end'): void {
    if (this.#isOver) return
    this.#agent('compaction', phase === 'start' ? '{"phase":"start"}' : '{"phase":"end","willRetry":true}')
  }

  /** Another model answers, or the first one again. */
  fallback(data: { readonly phase: 'fallback' | 'fallback_cleared'; readonly [fact: string]: unknown }): void {
    if (!this.#isOver) this.#agent('lifecycle', JSON.stringify(data))
  }

  /** Somebody who hears the answer as it comes; must not throw. */
  addListener(listener: AnswerListener): void {
    this.#listeners.push(listener)
  }

  /** A client that wants to see this run's tools at work. */
  addToolListener(client: Client): void {
    if (client.identity.caps.has('tool-events')) this.#toolListeners.add(client)
  }

  started(startedAt: number, showing: Showing): void {
    this.#showing = showing
    this.#agent('lifecycle', `{"phase":"start","startedAt":${startedAt}}`)
  }

  /** Tells one piece of the answer. */
  part(part: RunnerPart): void {
    if (this.#isOver) return
    switch (part.type) {
      case 'text':
        if (part.delta !== '') for (const listener of this.#listeners) listener.text(part.delta)
        this.#grew(part.delta)
        break
      case 'thinking':
        for (const listener of this.#listeners) listener.thinking?.(part.delta)
        if (!this.#showing.thinking) break
        this.#thinking.append(part.delta)
        this.#agent('thinking', `{"text":${this.#thinking.shownJson},"delta":${JSON.stringify(part.delta)}}`)
        break
      case 'tool.start':
        this.#tool({ phase: 'start', name: part.name, toolCallId: part.toolCallId, args: part.args })
        break
      case 'tool.update':
        this.#tool({
          phase: 'update',
          name: part.name,
          toolCallId: part.toolCallId,
          ...(this.#showing.toolResults ? { partialResult: shownToolResult(part.partialResult) } : {}),
        })
        break
      case 'tool.result':
        this.#tool({
          phase: 'result',
          name: part.name,
          toolCallId: part.toolCallId,
          isError: part.isError,
          ...(this.#showing.toolResults ? { result: shownToolResult(part.result) } : {}),
        })
        break
      case 'tool.call':
      case 'finish':
        break
    }
  }

  ended(startedAt: number, endedAt: number, usage: unknown): void {
    this.#tellAll()
    this.#agent('lifecycle', `{"phase":"end","startedAt":${startedAt},"endedAt":${endedAt}}`)
    this.#over('final', usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`)
  }

  /** Stopped by somebody; what was written so far stands. */
  aborted(startedAt: number | undefined, endedAt: number, stopReason: ChatStopReason): void {
    this.#cutShort(startedAt, endedAt)
    this.#over('aborted', `,"stopReason":"${stopReason}"`)
  }

  /** Says nothing more; the run goes on in another instance. */
  fallSilent(): void {
    this.#isOver = true
    this.#flush?.cancel()
    this.#flush = undefined
  }

  /** Answered together with the run `into`, under whose id everything was told. */
  merged(startedAt: number | undefined, endedAt: number, into: string): void {
    const start = startedAt === undefined ? '' : `"startedAt":${startedAt},`
    this.#agent('lifecycle', `{"phase":"end",${start}"endedAt":${endedAt},"mergedInto":${JSON.stringify(into)}}`)
    this.#over('final', ',"stopReason":"merged"')
  }

  /** Ran out of time; what was written so far is the answer. */
  timedOut(startedAt: number | undefined, endedAt: number): void {
    this.#cutShort(startedAt, endedAt)
    this.#over('final', ',"stopReason":"timeout"')
  }

  failed(startedAt: number | undefined, endedAt: number, error: string): void {
    this.#tellAll()
    const start = startedAt === undefined ? '' : `,"startedAt":${startedAt}`
    const message = JSON.stringify(error)
    this.#agent('lifecycle', `{"phase":"error","error":${message},"endedAt":${endedAt}${start}}`)
    this.#over('error', `,"errorMessage":${message}`)
  }

  #cutShort(startedAt: number | undefined, endedAt: number): void {
    this.#tellAll()
    const start = startedAt === undefined ? '' : `"startedAt":${startedAt},`
    this.#agent('lifecycle', `{"phase":"end",${start}"endedAt":${endedAt},"aborted":true}`)
  }

  #grew(delta: string): void {
    this.#text.append(delta)
    if (this.#text.isEmpty) return
    this.#hasUntold = true
    if (!this.#stage.broadcast.hasListeners('agent')) {
      this.#seq++
      return
    }
    this.#agent('assistant', `{"text":${this.#text.shownJson},"delta":${JSON.stringify(delta)}}`)
    const waitMs = this.#toldAt + limits.chatDeltaIntervalMs - this.#stage.clock.monotonic()
    if (waitMs <= 0) this.#tellDelta()
    else this.#flush ??= this.#stage.clock.after(waitMs, () => this.#tellDelta())
  }

  /** The chat view of everything so far, at most once per interval. */
  #tellDelta(): void {
    this.#flush?.cancel()
    this.#flush = undefined
    if (!this.#hasUntold || this.#isOver) return
    this.#hasUntold = false
    this.#toldAt = this.#stage.clock.monotonic()
    this.#chat('delta', `,"message":${this.#message(this.#soFarJson())}`, true)
  }

  /** Clients that show only deltas must have seen the whole text before the run is over. */
  #tellAll(): void {
    this.#tellDelta()
    this.#flush?.cancel()
    this.#flush = undefined
  }

  #over(state: string, extra: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const isSilent = state === 'error' || (this.#text.isEmpty && this.#lastShown === '')
    const message = isSilent ? '' : `,"message":${this.#message(this.#lastJson())}`
    this.#chat(state, message + extra, false)
  }

  /** Deltas show everything that was said in the run. */
  #soFarJson(): string {
    return this.#earlierJson === '' ? this.#text.shownJson : `"${this.#earlierJson}${this.#text.shownJson.slice(1)}`
  }

  #lastJson(): string {
    return this.#text.isEmpty ? JSON.stringify(this.#lastShown) : this.#text.shownJson
  }

  #message(textJson: string): string {
    const content = `[{"type":"text","text":${textJson}}]`
    return `{"role":"assistant","content":${content},"timestamp":${this.#stage.clock.now()}}`
  }

  #agent(stream: string, data: string): void {
    this.#stage.broadcast.publish('agent', this.#agentPayload(stream, data))
  }

  #agentPayload(stream: string, data: string): RawJson {
    const session = this.#sessionJson === null ? '' : `,"sessionKey":${this.#sessionJson}`
    return new RawJson(
      `{"runId":${this.#runJson},"stream":"${stream}","data":${data},"seq":${++this.#seq},"ts":${this.#stage.clock.now()}${session}}`,
    )
  }

  #tool(data: object): void {
    const payload = this.#agentPayload('tool', JSON.stringify(data))
    for (const client of this.#toolListeners) {
      if (this.#stage.clients.has(client)) this.#stage.broadcast.tell(client, 'agent', payload)
    }
  }

  #chat(state: string, rest: string, dropIfSlow: boolean): void {
    if (this.#sessionJson === null) return
    const payload = `{"runId":${this.#runJson},"sessionKey":${this.#sessionJson},"seq":${this.#seq},"state":"${state}"${rest}}`
    this.#stage.broadcast.publish('chat', new RawJson(payload), { dropIfSlow })
  }
}
