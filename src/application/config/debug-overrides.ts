import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import { valueAt, withValueAt } from '../../domain/config/value-at.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { reloadRuleOf } from '../../domain/reload/reload-rules.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { ConfigChanges } from './config-changes.js'

type Overrides = ReadonlyMap<string, { readonly at: KeyPath; readonly value: unknown }>

/**
 * Values put over the configuration in memory, for trying something out. They last until they are taken back, the file
 * changes what is in force, or the gateway restarts; the file never sees them.
 */
export class DebugOverrides {
  readonly #live: LiveConfig
  readonly #changes: Pick<ConfigChanges, 'tried'>
  #values: Overrides = new Map()

  constructor(live: LiveConfig, changes: Pick<ConfigChanges, 'tried'>) {
    this.#live = live
    this.#changes = changes
  }

  /** By path. */
  get values(): Overrides {
    if (!this.#live.isOverridden) this.#values = new Map()
    return this.#values
  }

  /** Rejects with a Refusal where a value takes more than being looked up, and with a ConfigFailure for a bad one. */
  async set(at: KeyPath, value: unknown): Promise<void> {
    const path = formatKeyPath(at)
    const { class: reload, actions } = reloadRuleOf(at)
    if (reload !== 'hot' || actions.length > 0) {
      throw invalidRequest(`${path} cannot be changed in memory alone; write it to the file with /config set`)
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      throw invalidRequest(`${path}: give one value of it at a time`)
    }
    const { config } = await this.#changes.tried([{ path: at, value }])
    const accepted = valueAt(config, at)
    if (accepted === undefined) throw invalidRequest(`${path} takes no such value`)
    this.#use(new Map([...this.values, [path, { at, value: accepted }]]))
  }

  /** False: there was none. */
  unset(at: KeyPath): boolean {
    const left = new Map(this.values)
    if (!left.delete(formatKeyPath(at))) return false
    this.#use(left)
    return true
  }

  reset(): void {
    this.#use(new Map())
  }

  #use(values: Overrides): void {
    this.#values = values
    const { config } = this.#live.current
    const all = [...values.values()]
    this.#live.override(
      all.length === 0 ? null : all.reduce((draft, one) => withValueAt(draft, one.at, one.value), config),
    )
  }
}
