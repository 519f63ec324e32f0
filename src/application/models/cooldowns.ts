import {
  afterFailure,
  afterNewConfig,
  afterSuccess,
  type Cooldown,
  type FailedAttempt,
  isCooling,
} from '../../domain/model/cooldown.js'

/** Which keys of which providers are left alone for now. Kept in memory: a restart tries everything anew. */
export class Cooldowns {
  readonly #byKey = new Map<string, Cooldown>()

  /** Undefined: it may be asked. */
  of(provider: string, key: string | undefined, now: number): Cooldown | undefined {
    const cooldown = this.#byKey.get(place(provider, key))
    return isCooling(cooldown, now) ? cooldown : undefined
  }

  /** Returns what became of the key. */
  failed(provider: string, key: string | undefined, attempt: FailedAttempt): Cooldown | undefined {
    const at = place(provider, key)
    return this.#keep(at, afterFailure(this.#byKey.get(at), attempt))
  }

  succeeded(provider: string, key: string | undefined, startedAt: number): void {
    const at = place(provider, key)
    const before = this.#byKey.get(at)
    if (before !== undefined) this.#keep(at, afterSuccess(before, startedAt))
  }

  /** The configuration of models was replaced. */
  configChanged(): void {
    for (const [at, cooldown] of this.#byKey) this.#keep(at, afterNewConfig(cooldown))
  }

  #keep(at: string, cooldown: Cooldown | undefined): Cooldown | undefined {
    if (cooldown === undefined) this.#byKey.delete(at)
    else this.#byKey.set(at, cooldown)
    return cooldown
  }
}

function place(provider: string, key: string | undefined): string {
  return JSON.stringify([provider, key])
}
