import type { GatewayConfig } from '../../domain/config/config.js'
import type { ConfigInUse } from './config-in-use.js'

/**
 * The snapshot in force. Code asks at the moment it needs a value, and keeps what it got for as long as that piece of
 * work lasts: a run or a request ends with the settings it began with.
 */
export class LiveConfig {
  #current: ConfigInUse
  #override: GatewayConfig | null = null
  #version = 1

  constructor(first: ConfigInUse) {
    this.#current = first
  }

  get current(): ConfigInUse {
    return this.#current
  }

  /** What counts: the snapshot, or what was put over it. */
  get config(): GatewayConfig {
    return this.#override ?? this.#current.config
  }

  /** Goes up with every replacement and override; what was derived from an older version is stale. */
  get version(): number {
    return this.#version
  }

  replace(next: ConfigInUse): void {
    this.#current = next
    this.#override = null
    this.#version++
  }

  /**
   * Puts another configuration over the snapshot, in memory only, until the snapshot is replaced; null takes it away.
   * What the file says is followed as if there were none.
   */
  override(config: GatewayConfig | null): void {
    this.#override = config
    this.#version++
  }

  get isOverridden(): boolean {
    return this.#override !== null
  }
}
