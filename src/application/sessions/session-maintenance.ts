import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { durationMs } from '../../domain/config/duration.js'
import { messageOf } from '../../domain/failure.js'
import { removableSessions } from '../../domain/session/maintenance.js'
import { type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { SessionStore, StoreChange } from '../ports/session-store.js'

/** How long after the start the first look comes, and how far looks are apart, in milliseconds. */
const FIRST_LOOK_MS = 10 * 60_000
const LOOK_EVERY_MS = 24 * 60 * 60_000
/** Sessions that go in one transaction, so that nobody waits for it noticeably. */
const AT_ONCE = 25

export interface SessionMaintenanceParts {
  readonly store: SessionStore
  readonly config: () => GatewayConfig
  readonly space: KeySpace
  readonly agents: AgentDirectory
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

/**
 * Keeps the list of sessions from growing for ever, as `session.maintenance` says: tells once a day what could go, or
 * takes it out. What was said in a session that goes is put aside, readable as after `sessions.delete`. Main sessions and
 * those with work under way stay.
 */
export class SessionMaintenance {
  readonly #parts: SessionMaintenanceParts
  #timer: Timer | undefined
  #isStopped = false

  constructor(parts: SessionMaintenanceParts) {
    this.#parts = parts
  }

  start(): void {
    this.#isStopped = false
    this.#timer = this.#parts.clock.after(FIRST_LOOK_MS, () => {
      this.#timer = this.#parts.clock.every(LOOK_EVERY_MS, () => void this.#look())
      void this.#look()
    })
  }

  /** What is being taken out is finished by whoever closes the store. */
  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  async #look(): Promise<void> {
    try {
      await this.sweep()
    } catch (thrown) {
      // A store that was closed in the middle ends the look; the next start goes on with it.
      const level = this.#isStopped ? 'debug' : 'error'
      this.#parts.log[level]('sessions could not be looked through', { error: messageOf(thrown) })
    }
  }

  /** One look at all sessions; resolves with how many were taken out. */
  async sweep(): Promise<number> {
    const { store, config, log, clock } = this.#parts
    const { mode, pruneAfter, maxEntries } = config().session.maintenance
    const rules = { pruneAfterMs: durationMs(pruneAfter, 'd'), maxEntries }
    const sessions = await store.list({ includeGlobal: true, includeUnknown: true })
    const kept = await this.#kept()
    const { idle, excess } = removableSessions(sessions, rules, (key) => kept.has(key), clock.now())
    const count = idle.length + excess.length
    if (count === 0) return 0
    const facts = { idleLonger: `${pruneAfter}`, idle: idle.length, moreThan: maxEntries, excess: excess.length }
    if (mode === 'warn') {
      log.warn(`${count} sessions could go; session.maintenance.mode: enforce takes them out`, facts)
      return 0
    }
    const times = new Map(sessions.map(({ key, updatedAt }) => [key, updatedAt]))
    const removed = await this.#remove([...idle, ...excess], times)
    log.info(`${removed} sessions were taken out, what was said in them is kept`, facts)
    return removed
  }

  /** Main sessions, the ones that are no conversation, and those with work under way. */
  async #kept(): Promise<ReadonlySet<string>> {
    const { store, agents, space } = this.#parts
    const busy = (await store.unfinishedRuns()).flatMap(({ sessionKey }) => sessionKey ?? [])
    return new Set(['global', 'unknown', ...agents.agents.map(({ id }) => mainSessionKey(id, space)), ...busy])
  }

  /** Those that were touched meanwhile stay. */
  async #remove(keys: readonly string[], times: ReadonlyMap<string, number>): Promise<number> {
    const { store } = this.#parts
    let removed = 0
    for (let start = 0; start < keys.length && !this.#isStopped; start += AT_ONCE) {
      const kept = await this.#kept()
      const changes: StoreChange[] = []
      for (const key of keys.slice(start, start + AT_ONCE)) {
        const entry = await store.session(key)
        if (entry === null || entry.updatedAt !== times.get(key) || kept.has(key)) continue
        changes.push({ kind: 'session.delete', key }, ...(await this.#putAside(key, entry.sessionId)))
        removed++
      }
      if (changes.length > 0) await store.commit(changes)
    }
    return removed
  }

  async #putAside(sessionKey: string, sessionId: string): Promise<StoreChange[]> {
    const { store, ids, clock } = this.#parts
    const isShared = (await store.sessionById(sessionId))?.key !== sessionKey
    if (isShared || (await store.transcriptLength(sessionId)) === 0) return []
    const about = { sessionId, sessionKey, archiveId: ids.uuid(), at: clock.now() }
    return [{ kind: 'transcript.archive', ...about, reason: 'deleted', keepLast: 0 }]
  }
}
