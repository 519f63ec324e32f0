import { AuditIntake } from '../../application/audit/audit-intake.js'
import {
  AUDIT_QUERY_LIMIT,
  type AuditEntry,
  type AuditEvent,
  type AuditFacts,
  type AuditQuery,
  type AuditTrail,
  isWanted,
} from '../../application/ports/audit-trail.js'
import type { Clock } from '../../application/ports/clock.js'

/** Older entries are forgotten. */
const MOST_ENTRIES = 10_000

/** A trail that ends with the process. */
export class MemoryAuditTrail implements AuditTrail {
  readonly location = 'memory'
  readonly #intake: AuditIntake
  readonly #entries: AuditEntry[] = []
  #isClosed = false

  constructor(clock: Clock) {
    this.#intake = new AuditIntake(clock, (entry) => {
      this.#entries.push(entry)
      if (this.#entries.length > MOST_ENTRIES) this.#entries.shift()
    })
  }

  /** Everything kept, oldest first. */
  get entries(): readonly AuditEntry[] {
    return this.#entries
  }

  record(event: AuditEvent, facts: AuditFacts): void {
    if (!this.#isClosed) this.#intake.take(event, facts)
  }

  async read(query: AuditQuery = {}): Promise<readonly AuditEntry[]> {
    const wanted = this.#entries.filter((entry) => isWanted(entry, query))
    const limit = Math.max(0, query.limit ?? AUDIT_QUERY_LIMIT)
    return structuredClone(wanted.slice(wanted.length - Math.min(limit, wanted.length)))
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#intake.endMinute()
  }
}
