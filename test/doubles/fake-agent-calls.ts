import type { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import type {
  AgentCall,
  AgentCallEnd,
  AgentCallListener,
  AgentCalls,
  AgentCallUnderWay,
  ClientToolCall,
} from '../../src/application/agent-calls/agent-call.js'
import type { ContentBlock, TranscriptEntry, TranscriptMessage } from '../../src/domain/session/transcript.js'
import { sampleSession } from '../contracts/session-store/samples.js'

/** What the agent of a test answers. */
export interface FakeAnswer {
  readonly thinking?: readonly string[]
  /** Pieces of the text; null = the next piece is a new paragraph. */
  readonly text?: readonly (string | null)[]
  readonly calls?: readonly ClientToolCall[]
  readonly stopReason?: 'stop' | 'length' | 'toolUse'
  /** Instead of an end. */
  readonly failure?: Omit<Extract<AgentCallEnd, { status: 'failed' }>, 'status'>
  /** Says nothing more until it is aborted. */
  readonly isStuck?: boolean
  /** Waited for before the end. */
  readonly until?: Promise<void>
}

export type FakeScript = (call: AgentCall) => FakeAnswer

/** Agents that answer by a script, and keep transcripts as real ones do. */
export class FakeAgentCalls implements AgentCalls {
  readonly asked: AgentCall[] = []
  readonly aborted: AgentCall[] = []
  script: FakeScript = (call) => ({ text: ['You said: ', call.turn.kind === 'message' ? call.turn.text : 'results'] })
  /** Rejects the next `start`. */
  refusal: Error | null = null
  readonly #store: MemorySessionStore
  #entries = 0

  constructor(store: MemorySessionStore) {
    this.#store = store
  }

  async start(call: AgentCall, listener: AgentCallListener): Promise<AgentCallUnderWay> {
    if (this.refusal !== null) throw this.refusal
    this.asked.push(call)
    let abort: () => void = () => undefined
    const aborted = new Promise<'aborted'>((resolve) => {
      abort = () => {
        this.aborted.push(call)
        resolve('aborted')
      }
    })
    const ended = this.#run(call, listener, aborted)
    return { runId: `run-${this.asked.length}`, ended, abort }
  }

  async #run(call: AgentCall, listener: AgentCallListener, aborted: Promise<'aborted'>): Promise<AgentCallEnd> {
    const sessionId = await this.#ask(call)
    const answer = this.script(call)
    for (const delta of answer.thinking ?? []) listener.thinking?.(delta)
    for (const delta of answer.text ?? []) {
      if (delta === null) listener.stepped?.()
      else listener.text(delta)
      await Promise.resolve()
    }
    if (answer.isStuck === true) await aborted
    if (answer.until !== undefined && (await Promise.race([answer.until, aborted])) === 'aborted')
      return { status: 'aborted' }
    if (answer.isStuck === true) return { status: 'aborted' }
    if (answer.failure !== undefined) return { status: 'failed', ...answer.failure }
    const calls = answer.calls ?? []
    const text = (answer.text ?? []).map((delta) => delta ?? '\n\n').join('')
    const stopReason = answer.stopReason ?? (calls.length > 0 ? 'toolUse' : 'stop')
    const content: ContentBlock[] = text === '' ? [] : [{ type: 'text', text }]
    for (const { id, name, arguments: given } of calls) {
      content.push({ type: 'toolCall', id, name, arguments: JSON.parse(given) })
    }
    const entryId = await this.#append(sessionId, { role: 'assistant', content, timestamp: 2, stopReason })
    const usage = { input: 11, output: 7, total: 18, cacheRead: 3 }
    return { status: 'completed', text, calls, stopReason, usage, provider: 'fake', model: 'one', sessionId, entryId }
  }

  async #ask({ sessionKey, earlier, turn }: AgentCall): Promise<string> {
    const known = await this.#store.session(sessionKey)
    const sessionId = known?.sessionId ?? `session of ${sessionKey}`
    if (known === null) {
      await this.#store.commit([{ kind: 'session.put', entry: { ...sampleSession(sessionKey), sessionId } }])
      for (const message of earlier) await this.#append(sessionId, message)
    }
    if (turn.kind === 'tool-results') for (const result of turn.results) await this.#append(sessionId, result)
    else await this.#append(sessionId, { role: 'user', content: [{ type: 'text', text: turn.text }], timestamp: 1 })
    return sessionId
  }

  async #append(sessionId: string, message: TranscriptMessage): Promise<string> {
    this.#entries += 1
    const entry: TranscriptEntry = { id: `entry-${this.#entries}`, message }
    await this.#store.commit([{ kind: 'transcript.append', sessionId, entries: [entry] }])
    return entry.id
  }
}
