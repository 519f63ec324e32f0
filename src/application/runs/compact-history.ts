import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { cutForSummary } from '../../domain/session/compaction.js'
import {
  type CompactionLimits,
  type CompactionSettings,
  compactionLimits,
} from '../../domain/session/compaction-limits.js'
import { contextTokens, historyTokens, textTokens } from '../../domain/session/context-size.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { type TranscriptEntry, type TranscriptMessage, textOf } from '../../domain/session/transcript.js'
import type { AgentRunner, ModelRef } from '../ports/agent-runner.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'
import { type SummaryTask, SummaryWriter } from './compact-summary.js'
import type { Finish } from './scene.js'

export interface CompactHistoryParts {
  readonly store: SessionStore
  readonly runner: AgentRunner
  readonly agents: AgentDirectory
  /** `agents.defaults.compaction` now. */
  readonly settings: () => CompactionSettings
  /** `agents.defaults.contextTokens` now; undefined = no cap. */
  readonly contextCap: () => number | undefined
  /** Context window of a model in tokens; undefined = unknown. */
  readonly windowOf: (model: ModelRef) => number | undefined
  /** What the commit of a summary has to say about what it cost. Without: nothing. */
  readonly costsOf?: (finish: Finish, runId: string, session: SessionEntry, at: number) => readonly StoreChange[]
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** How a conversation is to be compacted. */
export interface CompactionWish {
  /** What the summary should mind. */
  readonly instructions?: string | undefined
  /** What a model that fails leads to: `note` = the conversation is compacted with a plain note (default). */
  readonly onFailure?: 'note' | 'throw'
}

/** What came of it. Tokens are estimates of the conversation alone. */
export interface Compaction {
  readonly compacted: boolean
  readonly tokensBefore: number
  readonly tokensAfter: number
  /** Where the older part can still be read; present when there was something to compact. */
  readonly archiveId?: string
}

/**
 * Makes long conversations short: the older turns give way to a summary that a model writes, the newest stay as they
 * are. What gave way stays readable in an archive. Summary and archive come into being in one commit, so that a crash
 * leaves the conversation either as it was or compacted.
 */
export class CompactHistory {
  readonly #parts: CompactHistoryParts
  readonly #writer: SummaryWriter
  /** By transcript. */
  readonly #underWay = new Map<string, Promise<Compaction>>()

  constructor(parts: CompactHistoryParts) {
    this.#parts = parts
    this.#writer = new SummaryWriter(parts.runner, parts)
  }

  /** Whether a request with this history comes too near the end of the model's window. */
  needed(history: readonly TranscriptMessage[], model: ModelRef, question = ''): boolean {
    return contextTokens(history) + textTokens(question) > this.#limits(model).limit
  }

  /** Whether so many tokens more would do so. */
  isNear(history: readonly TranscriptMessage[], model: ModelRef, marginTokens: number): boolean {
    return contextTokens(history) > this.#limits(model).limit - marginTokens
  }

  /**
   * Compacts the conversation of a session, whatever its size; nothing to do where only its last turn is left. May be
   * called while a run appends to it. Two calls for one transcript share one summary.
   * Rejects with the signal's reason when it aborts, and with a RunnerFailure or StoreFailure; nothing has changed then.
   */
  async compact(
    session: SessionEntry,
    model: ModelRef,
    signal: AbortSignal,
    wish: CompactionWish = {},
  ): Promise<Compaction> {
    const { sessionId } = session
    for (let other = this.#underWay.get(sessionId); other !== undefined; other = this.#underWay.get(sessionId)) {
      const [outcome] = await Promise.allSettled([other])
      if (outcome?.status === 'fulfilled') return outcome.value
    }
    signal.throwIfAborted()
    const work = this.#compact(session, model, signal, wish).finally(() => this.#underWay.delete(sessionId))
    this.#underWay.set(sessionId, work)
    return work
  }

  async #compact(
    session: SessionEntry,
    model: ModelRef,
    signal: AbortSignal,
    { instructions, onFailure = 'note' }: CompactionWish,
  ): Promise<Compaction> {
    const { store, agents } = this.#parts
    const entries = await store.transcript(session.sessionId)
    const tokensBefore = historyTokens(sinceDivider(entries))
    const limits = this.#limits(model)
    const cut = cutForSummary(entries, (entry) => entry.message, limits.keepRecent)
    if (cut === null) return { compacted: false, tokensBefore, tokensAfter: tokensBefore }
    const [previous, messages] = readingOf(cut.older)
    const agent = agents.find(session.agentId) ?? agents.defaultAgent
    const costs: StoreChange[] = []
    const task: SummaryTask = {
      model,
      agentId: agent.id,
      workspace: agent.workspace,
      messages,
      previous,
      instructions,
      limits,
      inSeveralSteps: this.#parts.settings().mode === 'safeguard',
      onFailure,
      answered: (finish, runId) => costs.push(...this.#costsOf(finish, runId, session)),
    }
    const text = await this.#write(task, signal, costs)
    const summary = this.#divider(text)
    const archiveId = await this.#replace(session, cut.older, summary, costs)
    if (archiveId === null) return { compacted: false, tokensBefore, tokensAfter: tokensBefore }
    const tokensAfter = historyTokens([summary.message, ...cut.tail.map(({ message }) => message)])
    return { compacted: true, tokensBefore, tokensAfter, archiveId }
  }

  /** A summary that nobody gets has cost something all the same. */
  async #write(task: SummaryTask, signal: AbortSignal, costs: readonly StoreChange[]): Promise<string> {
    try {
      const text = await this.#writer.write(task, signal)
      signal.throwIfAborted()
      return text
    } catch (thrown) {
      await this.#parts.store.commit(costs)
      throw thrown
    }
  }

  #costsOf(finish: Finish, runId: string, session: SessionEntry): readonly StoreChange[] {
    const { costsOf, clock } = this.#parts
    return costsOf === undefined ? [] : costsOf(finish, runId, session, clock.now())
  }

  /** Null when the conversation was reset, deleted or cut while the summary was written. */
  async #replace(
    session: SessionEntry,
    older: readonly TranscriptEntry[],
    summary: TranscriptEntry,
    costs: readonly StoreChange[],
  ): Promise<string | null> {
    const { store, ids, clock } = this.#parts
    const { key, sessionId } = session
    const through = older.at(-1)?.id
    const current = await store.session(key)
    if (through === undefined || current?.sessionId !== sessionId) {
      await store.commit(costs)
      return null
    }
    const archiveId = ids.uuid()
    await store.commit([
      {
        kind: 'transcript.summarise',
        sessionId,
        sessionKey: key,
        archiveId,
        at: clock.now(),
        through,
        summary,
      },
      { kind: 'session.update', key, changes: { totalTokens: null }, otherwise: current },
      ...costs,
    ])
    const archives = await store.archives(sessionId)
    return archives.some(({ id }) => id === archiveId) ? archiveId : null
  }

  #divider(text: string): TranscriptEntry {
    const timestamp = this.#parts.clock.now()
    const content = [{ type: 'text', text } as const]
    return { id: this.#parts.ids.uuid(), message: { role: 'system', kind: 'compaction', content, timestamp } }
  }

  #limits(model: ModelRef): CompactionLimits {
    const { settings, windowOf, contextCap } = this.#parts
    return compactionLimits(settings(), windowOf(model), contextCap())
  }
}

function sinceDivider(entries: readonly TranscriptEntry[]): readonly TranscriptMessage[] {
  const at = entries.findLastIndex(({ message }) => message.role === 'system')
  return entries.slice(Math.max(0, at)).map(({ message }) => message)
}

/** The summary that stands before what the model has read, and the messages behind it. */
function readingOf(older: readonly TranscriptEntry[]): readonly [string, readonly TranscriptMessage[]] {
  const messages = sinceDivider(older)
  const [first, ...rest] = messages
  return first?.role === 'system' ? [textOf(first).trim(), rest] : ['', messages]
}
