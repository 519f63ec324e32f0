import type { ConfigReading } from '../ports/config-source.js'

/** What came of a restart. `rolled-back`: the new configuration could not start, the one before runs again. */
export type RestartOutcome = { readonly kind: 'restarted' } | { readonly kind: 'rolled-back'; readonly reason: string }

/** Whoever holds the running instance: the process, or a program that embeds a gateway. */
export interface InstanceHost {
  /** Why a gateway could not start with this configuration here, in one sentence; null = it could. Changes nothing. */
  preflight(next: ConfigReading): Promise<string | null>
  /**
   * Ends the running instance and starts one with this configuration. Never rejects: when the new one does not start,
   * the configuration before is started again.
   */
  restart(next: ConfigReading, reason: string): Promise<RestartOutcome>
  /** Told when the running instance has taken over everything that a reading says. */
  adopted(reading: ConfigReading): void
  /**
   * Told why the file on disk cannot be started, so that whoever opens it finds the reason beside it; null when that is
   * over.
   */
  refused(reason: string | null): void
  /** Runs under way, and runs that wait for their turn. */
  readonly load: { readonly running: number; readonly waiting: number }
}
