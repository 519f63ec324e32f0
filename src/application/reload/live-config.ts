import type { GatewayConfig } from '../../domain/config/config.js'
import type { ConfigInUse } from './config-in-use.js'

/**
 * The snapshot in force. Code asks at the moment it needs a value, and keeps what it got for as long as that piece of
 * work lasts: a run or a request ends with the settings it began with.
 */
export class LiveConfig {
  #current: ConfigInUse
  #version = 1

  constructor(first: ConfigInUse) {
    this.#current = first
  }

  get current(): ConfigInUse {
    return this.#current
  }

  get config(): GatewayConfig {
    return this.#current.config
  }

  /** Goes up with every replacement; what was derived from an older version is stale. */
  get version(): number {
    return this.#version
  }

  replace(next: ConfigInUse): void {
    this.#current = next
    this.#version++
  }
}
