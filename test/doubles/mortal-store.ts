import type { SessionStore, StoreChange } from '../../src/application/ports/session-store.js'

/**
 * A store as a process sees it that may die: after so many commits nothing is written any more and nothing answers, as
 * if the process had ended. What was written stays in the store behind it.
 */
export class MortalStore {
  readonly asSeen: SessionStore
  readonly #store: SessionStore
  #left = Number.POSITIVE_INFINITY
  readonly #commits = new Set<Promise<void>>()

  constructor(store: SessionStore) {
    this.#store = store
    this.asSeen = {
      location: store.location,
      open: () => store.open(),
      close: () => Promise.resolve(),
      commit: (changes) => this.#commit(changes),
      session: (key) => this.#read(() => store.session(key)),
      sessionById: (id) => this.#read(() => store.sessionById(id)),
      list: (query) => this.#read(() => store.list(query)),
      count: () => this.#read(() => store.count()),
      transcript: (id, last) => this.#read(() => store.transcript(id, last)),
      transcriptLength: (id) => this.#read(() => store.transcriptLength(id)),
      archives: (id) => this.#read(() => store.archives(id)),
      archivesOf: (key) => this.#read(() => store.archivesOf(key)),
      archived: (id, last) => this.#read(() => store.archived(id, last)),
      run: (id) => this.#read(() => store.run(id)),
      unfinishedRuns: () => this.#read(() => store.unfinishedRuns()),
      usage: (query, by) => this.#read(() => store.usage(query, by)),
      toolUses: (query, by) => this.#read(() => store.toolUses(query, by)),
      latencies: (query, by) => this.#read(() => store.latencies(query, by)),
      usagePoints: (query, most) => this.#read(() => store.usagePoints(query, most)),
      knowsInbound: (id) => this.#read(() => store.knowsInbound(id)),
      undoneInbox: () => this.#read(() => store.undoneInbox()),
      undelivered: () => this.#read(() => store.undelivered()),
      deadLetters: (limit) => this.#read(() => store.deadLetters(limit)),
    }
  }

  get isDead(): boolean {
    return this.#left <= 0
  }

  /** The process dies after this many more commits. */
  dieAfter(commits: number): void {
    this.#left = Math.min(this.#left, commits)
  }

  /** Waits for what is being written; returns whether there was anything. */
  async rest(): Promise<boolean> {
    const commits = [...this.#commits]
    await Promise.allSettled(commits)
    return commits.length > 0
  }

  #commit(changes: readonly StoreChange[]): Promise<void> {
    if (this.isDead) return forever()
    this.#left -= 1
    const commit = this.#store.commit(changes).finally(() => this.#commits.delete(commit))
    this.#commits.add(commit)
    return commit
  }

  #read<Result>(query: () => Promise<Result>): Promise<Result> {
    return this.isDead ? forever() : query()
  }
}

function forever(): Promise<never> {
  return new Promise(() => undefined)
}
