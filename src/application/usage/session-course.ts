import type { ModelChoice } from '../../domain/config/agent-directory.js'
import { costOf, type ModelPrice } from '../../domain/model/cost.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { shortened } from '../../domain/session/preview.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import { type TranscriptMessage, textOf } from '../../domain/session/transcript.js'
import { UTC } from '../../domain/usage/usage-query.js'
import type { SessionStore } from '../ports/session-store.js'
import { requiredKey } from '../sessions/required-key.js'

/** Points of a course, protocol v3. */
const MOST_POINTS = 200
const DEFAULT_LINES = 200
const MOST_LINES = 1_000
/** Characters of one line; `chat.history` has the whole. */
const LINE_CHARS = 2_000

export interface SessionCourseParts {
  readonly store: SessionStore
  readonly space: KeySpace
  /** Undefined = nobody knows. */
  readonly priceOf: (model: ModelChoice) => ModelPrice | undefined
}

/** How the conversation a session has now went on, call by call and message by message. */
export class SessionCourse {
  readonly #parts: SessionCourseParts

  constructor(parts: SessionCourseParts) {
    this.#parts = parts
  }

  /** `sessions.usage.timeseries` */
  async timeseries(params: Readonly<Record<string, unknown>>): Promise<object> {
    const { key, sessionId } = await this.#session(params)
    const query = { from: 0, until: Number.MAX_SAFE_INTEGER, sessionKey: key, sessionId, offsets: UTC }
    const sums = await this.#parts.store.usagePoints(query, MOST_POINTS)
    let cumulativeTokens = 0
    let cumulativeCost = 0
    const points = sums.map((sum) => {
      cumulativeTokens += sum.total
      cumulativeCost += sum.totalCost
      return {
        timestamp: sum.at,
        input: sum.input,
        output: sum.output,
        cacheRead: sum.cacheRead,
        cacheWrite: sum.cacheWrite,
        totalTokens: sum.total,
        cost: sum.totalCost,
        cumulativeTokens,
        cumulativeCost,
      }
    })
    return { sessionId, points }
  }

  /** `sessions.usage.logs`: the newest messages, oldest first, with what each answer took. */
  async logs(params: Readonly<Record<string, unknown>>): Promise<object> {
    const { sessionId } = await this.#session(params)
    const entries = await this.#parts.store.transcript(sessionId, linesOf(params.limit))
    return { logs: entries.map(({ message }) => this.#line(message)) }
  }

  #line(message: TranscriptMessage): object {
    const { role, timestamp } = message
    const line = { timestamp, role, content: shortened(wordsOf(message), LINE_CHARS) }
    if (message.role !== 'assistant' || message.usage === undefined) return line
    const { usage, provider, model } = message
    const price = provider === undefined || model === undefined ? undefined : this.#parts.priceOf({ provider, model })
    const cost = costOf(usage, price)
    return { ...line, tokens: usage.total, ...(cost === null ? {} : { cost: cost.total }) }
  }

  async #session({ key: asked }: Readonly<Record<string, unknown>>): Promise<SessionEntry> {
    if (typeof asked !== 'string' || asked.trim() === '') throw invalidRequest('key is required')
    const { store, space } = this.#parts
    const session = await store.session(requiredKey(asked, space))
    if (session === null) throw invalidRequest(`No transcript found for session: ${asked}`)
    return session
  }
}

function wordsOf(message: TranscriptMessage): string {
  const asked = message.content.flatMap((block) => (block.type === 'toolCall' ? [`[tool: ${block.name}]`] : []))
  const result = message.role === 'toolResult' ? [`[${message.toolName}]`] : []
  return [...result, textOf(message), ...asked].filter((text) => text !== '').join('\n')
}

function linesOf(limit: unknown): number {
  if (typeof limit !== 'number' || !Number.isFinite(limit)) return DEFAULT_LINES
  return Math.min(Math.max(1, Math.floor(limit)), MOST_LINES)
}
