import { FLOOD_WINDOW_MS, FloodGauge } from '../../domain/audit/flood-gauge.js'
import { type AuditEntry, type AuditEvent, type AuditFacts, FLOODABLE_EVENTS } from '../ports/audit-trail.js'
import type { Clock, Timer } from '../ports/clock.js'
import { boundedEntry } from './bounded-entry.js'

/** Turns occurrences into entries, stamps them, and sums floods up. What every trail does before it keeps anything. */
export class AuditIntake {
  readonly #clock: Clock
  readonly #keep: (entry: AuditEntry) => void
  readonly #flood = new FloodGauge<AuditEntry>()
  #minute: Timer | undefined

  /** @param keep is given every entry to keep, in order */
  constructor(clock: Clock, keep: (entry: AuditEntry) => void) {
    this.#clock = clock
    this.#keep = keep
  }

  take(event: AuditEvent, facts: AuditFacts): void {
    const entry = boundedEntry(this.#clock.now(), event, facts)
    if (!FLOODABLE_EVENTS.has(event) || this.#isWithinMeasure(entry)) this.#keep(entry)
  }

  /** Tells what was left out so far. Also to be called at the end, so that nothing goes uncounted. */
  endMinute(): void {
    this.#minute?.cancel()
    this.#minute = undefined
    const at = this.#clock.now()
    for (const { kind, suppressed } of this.#flood.end()) {
      const { event, address, reason } = kind
      const facts = { ...(address === undefined ? {} : { address }), ...(reason === undefined ? {} : { reason }) }
      this.#keep(boundedEntry(at, event, { ...facts, details: { suppressed } }))
    }
  }

  #isWithinMeasure(entry: AuditEntry): boolean {
    this.#minute ??= this.#clock.after(FLOOD_WINDOW_MS, () => this.endMinute())
    return this.#flood.admits(entry, { at: entry.at, event: entry.event })
  }
}
