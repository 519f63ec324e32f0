import { WriteBudget } from '../../domain/config/write-budget.js'
import { unavailable } from '../../domain/protocol/refusal.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { ConfigEdit, ConfigReading, ConfigSource, ConfigWritten } from '../ports/config-source.js'
import type { ConfigReload, ReloadOutcome } from '../reload/config-reload.js'

/** Time for the answer to be on its way before a restart, in milliseconds. */
const RESTART_DELAY_MS = 2_000
/** Of a change of everything the record keeps the beginning. */
const RECORDED_PATHS = 50
/** As for clients: writes that passed validation, for each who writes. */
const BUDGET = { calls: 3, windowMs: 60_000 } as const

export interface ConfigChangesParts {
  readonly source: ConfigSource
  /** Told after the file was changed. */
  readonly configWritten: () => void
  /** Null where nobody follows the file. */
  readonly reload: () => Pick<ConfigReload, 'now'> | null
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Clock
}

/** Who changes the configuration, and by what. */
export interface ConfigWriter {
  /** `agent main`, or who it is on which channel. */
  readonly actor: string
  /** Tool or command. */
  readonly subject: string
}

/** What a change led to. */
export interface ConfigChange {
  readonly hash: string
  /** Empty: everything was so already. */
  readonly changed: readonly string[]
  /** Null where nobody follows the file. */
  readonly outcome: ReloadOutcome | null
}

/** Changes the configuration for agents and for people in chats: recorded, followed at once, and not too often. */
export class ConfigChanges {
  readonly #parts: ConfigChangesParts
  readonly #budget = new WriteBudget(BUDGET)

  constructor(parts: ConfigChangesParts) {
    this.#parts = parts
  }

  /** Rejects with a ConfigFailure. */
  read(): Promise<ConfigReading> {
    return this.#parts.source.read()
  }

  /** What the configuration would be with these values; nothing is written. Rejects with a ConfigFailure. */
  tried(edits: readonly ConfigEdit[]): Promise<ConfigWritten> {
    return this.#parts.source.edit(edits, { dryRun: true })
  }

  /**
   * Rejects with a ConfigFailure, or a Refusal when the writer has changed too much lately.
   * @param baseHash the change is refused when the file is another by now
   */
  async change(edits: readonly ConfigEdit[], writer: ConfigWriter, baseHash: string): Promise<ConfigChange> {
    const { source, configWritten, reload, trail, clock } = this.#parts
    const { actor, subject } = writer
    const options = { origin: { source: 'rpc', actor }, baseHash } as const
    this.#requireBudget(actor)
    await source.edit(edits, { ...options, dryRun: true })
    this.#requireBudget(actor)
    this.#budget.spend(actor, clock.now())
    const { hash, changed } = await source.edit(edits, options)
    configWritten()
    trail.record('config-written', { actor, subject, details: { changed: changed.slice(0, RECORDED_PATHS) } })
    return { hash, changed, outcome: (await reload()?.now(RESTART_DELAY_MS)) ?? null }
  }

  #requireBudget(actor: string): void {
    const waitMs = this.#budget.waitMs(actor, this.#parts.clock.now())
    if (waitMs === 0) return
    const seconds = Math.ceil(waitMs / 1000)
    throw unavailable(
      `the configuration was changed ${BUDGET.calls} times within a minute; try again in ${seconds} s`,
      {
        retryable: true,
        retryAfterMs: waitMs,
      },
    )
  }
}
