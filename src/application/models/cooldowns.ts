import {
  afterFailure,
  afterNewConfig,
  afterSuccess,
  type Cooldown,
  type FailedAttempt,
  isCooling,
  LONGEST_COOLDOWN_MS,
} from '../../domain/model/cooldown.js'
import { cooldownsOfText, type RestingKey, textOfCooldowns } from '../../domain/model/saved-cooldowns.js'
import { PacedDocument, type PacedDocumentParts } from '../documents/paced-document.js'

/**
 * Which keys of which providers are left alone for now. A restart keeps what the provider asked for, so that it is not
 * asked again at once; keys that were refused are tried anew, since a restart may have brought another one.
 */
export class Cooldowns {
  readonly #byKey = new Map<string, RestingKey>()
  readonly #parts: PacedDocumentParts
  readonly #kept: PacedDocument

  constructor(parts: PacedDocumentParts) {
    this.#parts = parts
    const textNow = (): string => textOfCooldowns([...this.#byKey.values()], parts.clock.now())
    this.#kept = new PacedDocument(parts, 'cooldowns', textNow, textOfCooldowns([], 0))
  }

  /** Takes over the cooldowns of the run before. What cannot be read is left, and said in the log. */
  async open(): Promise<void> {
    const text = await this.#kept.open()
    if (text === null) return
    const keys = cooldownsOfText(text)
    if (keys === null) this.#kept.isDamaged()
    const now = this.#parts.clock.now()
    for (const key of keys ?? []) {
      // A clock that was set back must not make a wait endless.
      const isLikely = isCooling(key.cooldown, now) && key.cooldown.until <= now + LONGEST_COOLDOWN_MS
      if (isLikely) this.#byKey.set(place(key.provider, key.key), key)
    }
  }

  /** Saves what is not saved. */
  close(): Promise<void> {
    return this.#kept.close()
  }

  /** Undefined: it may be asked. */
  of(provider: string, key: string | undefined, now: number): Cooldown | undefined {
    const cooldown = this.#byKey.get(place(provider, key))?.cooldown
    return isCooling(cooldown, now) ? cooldown : undefined
  }

  /** Returns what became of the key. */
  failed(provider: string, key: string | undefined, attempt: FailedAttempt): Cooldown | undefined {
    const before = this.#byKey.get(place(provider, key))?.cooldown
    return this.#keep(provider, key, before, afterFailure(before, attempt))
  }

  succeeded(provider: string, key: string | undefined, startedAt: number): void {
    const before = this.#byKey.get(place(provider, key))?.cooldown
    if (before !== undefined) this.#keep(provider, key, before, afterSuccess(before, startedAt))
  }

  /** The configuration of models was replaced. */
  configChanged(): void {
    for (const { provider, key, cooldown } of [...this.#byKey.values()]) {
      this.#keep(provider, key, cooldown, afterNewConfig(cooldown))
    }
  }

  #keep(
    provider: string,
    key: string | undefined,
    before: Cooldown | undefined,
    cooldown: Cooldown | undefined,
  ): Cooldown | undefined {
    if (cooldown === before) return cooldown
    const at = place(provider, key)
    if (cooldown === undefined) this.#byKey.delete(at)
    else this.#byKey.set(at, { provider, key, cooldown })
    this.#kept.saveSoon()
    return cooldown
  }
}

function place(provider: string, key: string | undefined): string {
  return JSON.stringify([provider, key])
}
