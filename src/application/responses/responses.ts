import { messageOf } from '../../domain/failure.js'
import { keptInput } from '../../domain/openai/kept-input.js'
import { ResponseIds } from '../../domain/openai/response-ids.js'
import { ResponseNarration } from '../../domain/openai/response-narration.js'
import { responseHead } from '../../domain/openai/response-object.js'
import type { StoredResponse } from '../../domain/openai/stored-response.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { AgentCallEnd, AgentCallListener, AgentCalls } from '../agent-calls/agent-call.js'
import { refuseTakenNames } from '../agent-calls/refuse-taken-names.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { ResponseStore } from '../ports/response-store.js'
import type { SessionStore } from '../ports/session-store.js'
import type { OwnTools } from '../tools/own-tools.js'
import type { InputContents } from './input-contents.js'
import { type PlannedCall, planCall } from './plan-call.js'
import type { ResponseEnd, ResponseOrder, ResponseUnderWay } from './response-order.js'

export interface ResponsesParts {
  readonly calls: AgentCalls
  readonly sessions: SessionStore
  readonly store: ResponseStore
  readonly contents: InputContents
  readonly ownTools: Pick<OwnTools, 'names'>
  /** Whether the next message in a session begins a new conversation. */
  readonly isOver: (session: SessionEntry) => boolean
  /** How long a response is kept, in days; 0 = not at all. */
  retentionDays(): number
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

const DAY_MS = 86_400_000
/** Between two sweeps of what has expired. */
const SWEEP_MS = 3_600_000

/** Answers programs in the way of the Responses API, and keeps what they may go on from. */
export class Responses {
  readonly #parts: ResponsesParts
  /** Responses that are being gone on from in their own session; whoever comes second gets a session of its own. */
  readonly #claimed = new Set<string>()
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(parts: ResponsesParts) {
    this.#parts = parts
  }

  /**
   * Resolves when the call is accepted. Rejects with an OpenAiRefusal where the request cannot be served, and with a
   * Refusal where no agent can be asked now.
   */
  async begin(order: ResponseOrder): Promise<ResponseUnderWay> {
    const { ids, clock } = this.#parts
    const named = new ResponseIds(ids.uuid())
    const isStored = order.body.store !== false && this.#parts.retentionDays() > 0
    const planned = await planCall(order, isStored, { ...this.#parts, claimed: this.#claimed })
    const head = responseHead(order.body, named.response, clock.now(), isStored)
    const narration = new ResponseNarration(head, named, {
      isThinkingTold: head.reasoning.summary !== null,
      emit: (event) => order.emit?.(event),
    })
    const { listener, stirred } = listening(narration)
    try {
      await refuseTakenNames(planned.call, this.#parts.ownTools)
      narration.begin()
      const { ended, abort } = await this.#parts.calls.start(planned.call, listener)
      const finished = ended.then((end) => this.#finish(end, order, planned, named, narration, isStored))
      return { id: named.response, stirred, ended: finished, abort: once(abort) }
    } catch (thrown) {
      planned.release()
      throw thrown
    }
  }

  /** Null when there is none. */
  async get(id: string): Promise<StoredResponse | null> {
    return this.#parts.store.get(id, this.#parts.clock.now())
  }

  /** False when there was none. */
  async delete(id: string): Promise<boolean> {
    return this.#parts.store.delete(id, this.#parts.clock.now())
  }

  async #finish(
    end: AgentCallEnd,
    order: ResponseOrder,
    planned: PlannedCall,
    ids: ResponseIds,
    narration: ResponseNarration,
    isStored: boolean,
  ): Promise<ResponseEnd> {
    planned.release()
    if (!isStored && planned.isOwnSession) await this.#forgetSession(planned.call.sessionKey)
    if (end.status === 'aborted') {
      narration.fail('server_error', 'The answer was broken off.')
      return end
    }
    if (end.status === 'failed') {
      narration.fail(end.code === 'rate-limit' ? 'rate_limit_exceeded' : 'server_error', end.message)
      return end
    }
    const body = narration.finish(end, this.#parts.clock.now())
    if (isStored && end.entryId !== null) {
      try {
        await this.#keep(order, planned, ids, { ...end, entryId: end.entryId }, body)
      } catch (thrown) {
        this.#parts.log.error('a response could not be stored', { responseId: body.id, error: messageOf(thrown) })
        const message = 'The answer could not be stored.'
        narration.fail('server_error', message)
        return { status: 'failed', code: 'store', message }
      }
    }
    narration.conclude(body)
    return { status: 'answered', body }
  }

  async #keep(
    order: ResponseOrder,
    { call, standing }: PlannedCall,
    ids: ResponseIds,
    { sessionId, entryId }: { readonly sessionId: string; readonly entryId: string },
    body: StoredResponse['body'],
  ): Promise<void> {
    const now = this.#parts.clock.now()
    await this.#parts.store.put({
      id: body.id,
      agentId: call.agentId,
      sessionKey: call.sessionKey,
      sessionId,
      entryId,
      createdAt: now,
      expiresAt: now + this.#parts.retentionDays() * DAY_MS,
      body,
      input: keptInput(order.body.input, ids),
      standing,
    })
    this.#sweep(now)
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    this.#parts.store.expire(now).catch((thrown: unknown) => {
      this.#parts.log.warn('expired responses could not be removed', { error: messageOf(thrown) })
    })
  }

  /** Of a response that is not to be stored nothing stays behind that could be read again. */
  async #forgetSession(key: string): Promise<void> {
    const { sessions, log } = this.#parts
    try {
      const entry = await sessions.session(key)
      if (entry === null) return
      const { sessionId } = entry
      await sessions.commit([
        { kind: 'session.delete', key },
        { kind: 'transcript.forget', sessionId },
      ])
    } catch (thrown) {
      log.error('a session that was not to be kept could not be removed', { sessionKey: key, error: messageOf(thrown) })
    }
  }
}

/** Several signs may tell that nobody waits any more. */
function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}

/** A listener that tells when it heard something for the first time. */
function listening(narration: ResponseNarration) {
  let stir: () => void = () => undefined
  const stirred = new Promise<void>((resolve) => {
    stir = resolve
  })
  const listener: AgentCallListener = {
    text: (delta) => {
      stir()
      narration.text(delta)
    },
    thinking: (delta) => {
      stir()
      narration.thinking(delta)
    },
    stepped: () => narration.stepped(),
  }
  return { listener, stirred }
}
