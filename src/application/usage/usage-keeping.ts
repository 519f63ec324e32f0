import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { costOf, type ModelPrice } from '../../domain/model/cost.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { UsageRecord } from '../../domain/usage/usage-record.js'
import { tokensByPrice } from '../../domain/usage/usage-tokens.js'
import type { StoreChange } from '../ports/session-store.js'
import type { AnsweredCall, RunFacts } from '../runs/run-hooks.js'
import type { Finish } from '../runs/scene.js'

/** How long a call stays in the ledger: 400 days, so that a month can be compared with the same one a year before. */
export const USAGE_KEPT_MS = 400 * 24 * 60 * 60 * 1000
/** With each call that is written as many old ones are forgotten, so that cleaning up never takes long. */
const FORGOTTEN_AT_ONCE = 2

type Measured = Pick<UsageRecord, 'provider' | 'model' | 'isAnswered' | 'tokens' | 'cost'>

/** Writes down what calls of models took; costs are worked out with the prices of the moment and stay as they are. */
export class UsageKeeping {
  readonly #priceOf: (model: ModelChoice) => ModelPrice | undefined

  /** @param priceOf undefined = nobody knows */
  constructor(priceOf: (model: ModelChoice) => ModelPrice | undefined) {
    this.#priceOf = priceOf
  }

  /** What the commit of an answer has to say about what it took. */
  ofAnswer(call: AnsweredCall, { run, agent, session }: RunFacts, at: number): readonly StoreChange[] {
    const { user, toolResults, errors, since } = call.heard
    const toolCalls = call.asked.length
    const channel = session?.channel ?? session?.lastChannel
    return this.#kept({
      at,
      agentId: agent.id,
      sessionKey: session?.key ?? null,
      sessionId: session?.sessionId ?? run.runId,
      runId: run.runId,
      ...(channel === undefined ? {} : { channel }),
      ...this.#measured(call.finish, call.model),
      messages: { user, assistant: 1, toolCalls, toolResults, errors: errors + (call.isError ? 1 : 0) },
      tools: countedNames(call.asked),
      latencyMs: call.finish !== null && user + toolResults > 0 ? Math.max(0, at - since) : null,
    })
  }

  /** The same for a summary of a session, which is no message of it. */
  ofSummary(finish: Finish, runId: string, session: SessionEntry, at: number): readonly StoreChange[] {
    const { key: sessionKey, sessionId, agentId } = session
    const channel = session.channel ?? session.lastChannel
    return this.#kept({
      at,
      agentId,
      sessionKey,
      sessionId,
      runId,
      ...(channel === undefined ? {} : { channel }),
      ...this.#measured(finish, finish),
      messages: { user: 0, assistant: 0, toolCalls: 0, toolResults: 0, errors: 0 },
      tools: {},
      latencyMs: null,
    })
  }

  #measured(finish: Finish | null, asked: ModelChoice): Measured {
    if (finish === null) return { ...named(asked), isAnswered: false, tokens: null, cost: null }
    const { usage } = finish
    if (usage === undefined) return { ...named(finish), isAnswered: true, tokens: null, cost: null }
    const cost = costOf(usage, this.#priceOf(named(finish)))
    return { ...named(finish), isAnswered: true, tokens: tokensByPrice(usage), cost }
  }

  #kept(record: UsageRecord): readonly StoreChange[] {
    return [
      { kind: 'usage.add', record },
      { kind: 'usage.forget', before: record.at - USAGE_KEPT_MS, limit: FORGOTTEN_AT_ONCE },
    ]
  }
}

function named({ provider, model }: ModelChoice): ModelChoice {
  return { provider, model }
}

function countedNames(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}
