import type { ChatHistoryParams } from '../../domain/protocol/methods/runs.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { historyJson, historyLimits } from '../../domain/session/history-view.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import { type Answer, Answers } from './answers.js'
import { requiredKey } from './required-key.js'
import type { RevisionedStore } from './revisioned-store.js'

/**
 * Shows what was said in a session. The same question costs one lookup until that session changes; changes of other
 * sessions do not matter.
 */
export class ReadHistory {
  readonly #store: RevisionedStore
  readonly #space: KeySpace
  readonly #defaultThinkingLevel: () => string
  readonly #answers = new Answers({ maxAnswers: 256, maxChars: 8 * 1024 * 1024 })

  /** @param defaultThinkingLevel what sessions have now that have none of their own */
  constructor(store: RevisionedStore, space: KeySpace, defaultThinkingLevel: () => string) {
    this.#store = store
    this.#space = space
    this.#defaultThinkingLevel = defaultThinkingLevel
  }

  history(params: ChatHistoryParams): RawJson | Promise<RawJson> {
    const { sessionKey, limit = historyLimits.messages, skip } = params
    const question = `${limit} ${skip ?? ''} ${sessionKey}`
    const found = this.#answers.find(question)
    if (found !== undefined) return new RawJson(found)
    const key = requiredKey(sessionKey, this.#space)
    const made = this.#answers.make(question, this.#store.revision, () => this.#answer(params, key, limit))
    return made.then((text) => new RawJson(text))
  }

  /** Who leaves messages out is told how many there are, to know where in the whole it stands. */
  async #answer({ sessionKey, skip }: ChatHistoryParams, key: string, limit: number): Promise<Answer> {
    const store = this.#store
    const sessionRevision = store.sessionRevision(key)
    const entry = await store.session(key)
    const sessionId = entry?.sessionId
    const transcriptRevision = sessionId === undefined ? 0 : store.transcriptRevision(sessionId)
    const newest = sessionId === undefined ? [] : await store.transcript(sessionId, limit + (skip ?? 0))
    const total = sessionId === undefined || skip === undefined ? 0 : await store.transcriptLength(sessionId)
    const end = Math.max(0, newest.length - (skip ?? 0))
    const messages = skip === undefined ? newest : newest.slice(Math.max(0, end - limit), end)
    const head = JSON.stringify({ sessionKey, sessionId }).slice(0, -1)
    const tail = JSON.stringify({
      thinkingLevel: entry?.thinkingLevel ?? this.#defaultThinkingLevel(),
      verboseLevel: entry?.verboseLevel,
      ...(skip === undefined ? {} : { total }),
    }).slice(1)
    return {
      text: `${head},"messages":${historyJson(messages)},${tail}`,
      isCurrent: () =>
        store.sessionRevision(key) === sessionRevision &&
        (sessionId === undefined || store.transcriptRevision(sessionId) === transcriptRevision),
    }
  }
}
