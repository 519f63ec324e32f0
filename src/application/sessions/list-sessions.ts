import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { SessionsListParams } from '../../domain/protocol/methods/sessions.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { normalizeAgentId } from '../../domain/session/session-key.js'
import { sessionRow } from '../../domain/session/session-row.js'
import type { Clock } from '../ports/clock.js'
import type { SessionQuery } from '../ports/session-store.js'
import { type Answer, Answers } from './answers.js'
import type { RevisionedStore } from './revisioned-store.js'
import { sessionModel } from './session-model.js'
import { TranscriptGlimpses } from './transcript-glimpses.js'

const MINUTE_MS = 60_000
/** Rows beyond these are listed without a look into their transcripts. */
const ROWS_WITH_GLIMPSE = 500

/**
 * Lists sessions from the index. The same question costs one lookup until a session changes; only `ts` is new.
 * Transcripts are read for titles and last messages alone, and only when asked.
 */
export class ListSessions {
  readonly #store: RevisionedStore
  readonly #agents: AgentDirectory
  readonly #contextTokens: () => number | null
  readonly #clock: Clock
  readonly #answers = new Answers({ maxAnswers: 64, maxChars: 4 * 1024 * 1024 })
  readonly #glimpses: TranscriptGlimpses

  /** @param contextTokens size of the default model's context window now; null = unknown */
  constructor(store: RevisionedStore, agents: AgentDirectory, contextTokens: () => number | null, clock: Clock) {
    this.#store = store
    this.#agents = agents
    this.#contextTokens = contextTokens
    this.#clock = clock
    this.#glimpses = new TranscriptGlimpses(store)
  }

  list(params: SessionsListParams): RawJson | Promise<RawJson> {
    const question = JSON.stringify(params)
    const found = this.#answers.find(question)
    if (found !== undefined) return this.#dated(found)
    const made = this.#answers.make(question, this.#store.revision, () => this.#answer(params))
    return made.then((text) => this.#dated(text))
  }

  #dated(text: string): RawJson {
    return new RawJson(`{"ts":${this.#clock.now()},${text}`)
  }

  /** The answer as JSON without its first brace and its time. */
  async #answer(params: SessionsListParams): Promise<Answer> {
    const { revision } = this.#store
    const madeAt = this.#clock.now()
    const windowMs = params.activeMinutes === undefined ? null : params.activeMinutes * MINUTE_MS
    const entries = await this.#store.list(queryOf(params, windowMs === null ? null : madeAt - windowMs))
    const { provider, model } = this.#agents.modelOf(this.#agents.defaultAgent.id)
    const body = JSON.stringify({
      path: this.#store.location,
      count: entries.length,
      defaults: { modelProvider: provider, model, contextTokens: this.#contextTokens() },
      sessions: await this.#rows(entries, params),
    })
    const oldest = entries.at(-1)
    const staysUntil =
      windowMs === null || oldest === undefined ? Number.POSITIVE_INFINITY : oldest.updatedAt + windowMs
    return {
      text: body.slice(1),
      isCurrent: () => {
        if (this.#store.revision !== revision) return false
        if (windowMs === null) return true
        const now = this.#clock.now()
        return now >= madeAt && now <= staysUntil
      },
    }
  }

  async #rows(entries: readonly SessionEntry[], params: SessionsListParams): Promise<readonly unknown[]> {
    const wish = { title: params.includeDerivedTitles === true, lastMessage: params.includeLastMessage === true }
    if (!wish.title && !wish.lastMessage)
      return entries.map((entry) => sessionRow(entry, sessionModel(entry, this.#agents)))
    const rows: unknown[] = []
    for (const entry of entries) {
      const glimpse = rows.length < ROWS_WITH_GLIMPSE ? await this.#glimpses.of(entry, wish) : {}
      rows.push(sessionRow(entry, sessionModel(entry, this.#agents), glimpse))
    }
    return rows
  }
}

function queryOf(params: SessionsListParams, updatedSince: number | null): SessionQuery {
  const { agentId, label, spawnedBy, search, includeGlobal, includeUnknown, limit } = params
  const wanted = search?.trim()
  return {
    ...(agentId === undefined ? {} : { agentId: normalizeAgentId(agentId) }),
    ...(label === undefined ? {} : { label: label.trim() }),
    ...(spawnedBy === undefined ? {} : { spawnedBy: spawnedBy.trim() }),
    ...(wanted ? { search: wanted } : {}),
    ...(updatedSince === null ? {} : { updatedSince }),
    ...(includeGlobal === undefined ? {} : { includeGlobal }),
    ...(includeUnknown === undefined ? {} : { includeUnknown }),
    ...(limit === undefined ? {} : { limit }),
  }
}
