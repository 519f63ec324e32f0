import { deliveryPlaceOf } from '../../../domain/session/delivery-place.js'
import {
  ANNOUNCE_SKIP,
  announceQuestion,
  exchangePrompt,
  isSkipped,
  REPLY_SKIP,
} from '../../../domain/session/exchange-words.js'
import type { SessionEntry } from '../../../domain/session/session-entry.js'
import type { RunFinal } from '../../runs/active-run.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'
import { speakTo } from './speak-to-session.js'

/** What one agent asked another. */
export interface Exchange {
  /** The session that asked. */
  readonly asker: Pick<SessionEntry, 'key' | 'agentId'>
  readonly target: SessionEntry
  readonly request: string
  readonly answered: Promise<RunFinal>
}

/**
 * Lets two agents go on talking after one has asked the other something: the answer goes back to who asked, its answer
 * to the other, up to `session.agentToAgent.maxPingPongTurns` turns, until one has nothing more to say. Then the one
 * that was asked may tell the people of its own chat about it. Nobody waits for any of this, and a restart ends it.
 */
export class AgentExchanges {
  readonly #parts: GatewayToolParts
  /** Both keys of those that talk. Within their talk nothing begins anew. */
  readonly #underWay = new Set<string>()

  constructor(parts: GatewayToolParts) {
    this.#parts = parts
  }

  /** Only agents talk; sessions of one agent answer each other once. */
  begin(exchange: Exchange): void {
    const { asker, target } = exchange
    const pair = [asker.key, target.key].sort().join(' ')
    if (asker.agentId === target.agentId || this.#underWay.has(pair)) return
    this.#underWay.add(pair)
    this.#talk(exchange)
      .catch((thrown: unknown) => this.#parts.log.warn('a talk of agents broke off', { sessions: pair, err: thrown }))
      .finally(() => this.#underWay.delete(pair))
  }

  async #talk({ asker, target, request, answered }: Exchange): Promise<void> {
    let text = wordsOf(await answered)
    if (text === null) return
    const turns = this.#parts.config().session.agentToAgent.maxPingPongTurns
    let [speaker, other] = [asker, target as Exchange['asker']]
    for (let turn = 1; turn <= turns; turn++) {
      const prompt = exchangePrompt(other.key, turn, turns)
      const answer = await this.#said(speaker, text, other.key, prompt)
      if (answer === null || isSkipped(answer, REPLY_SKIP)) break
      text = answer
      ;[speaker, other] = [other, speaker]
    }
    await this.#announce(target, announceQuestion(request, text), asker.key)
  }

  /** Where the session is no chat, there is nobody to tell. */
  async #announce(target: SessionEntry, question: string, from: string): Promise<void> {
    const session = (await this.#parts.store.session(target.key)) ?? target
    const place = deliveryPlaceOf(session)
    if (place === null || session.sendPolicy === 'deny') return
    const text = await this.#said(session, question, from)
    if (text === null || isSkipped(text, ANNOUNCE_SKIP)) return
    const delivery = await this.#parts.deliver({ ...place, text }, new AbortController().signal)
    if (!delivery.isDelivered) {
      this.#parts.log.warn('agents talked, and the chat could not be told', {
        channel: place.channel,
        problem: delivery.problem,
      })
    }
  }

  /** What a session answers; null = nothing that could be handed on. */
  async #said(
    session: Exchange['asker'],
    message: string,
    from: string,
    extraSystemPrompt?: string,
  ): Promise<string | null> {
    const words = { runId: this.#parts.ids.uuid(), message, from }
    const spoken = await speakTo(
      this.#parts,
      session,
      extraSystemPrompt === undefined ? words : { ...words, extraSystemPrompt },
    )
    return typeof spoken === 'string' ? null : wordsOf(await spoken.end)
  }
}

function wordsOf({ state, outcome }: RunFinal): string | null {
  const text = outcome?.text.trim() ?? ''
  return state === 'ok' && text !== '' ? text : null
}
