import type { Addresses } from '../ports/addresses.js'

export interface KnockLimits {
  readonly perHousehold: number
  readonly inAll: number
}

/** One that knocks. */
export interface KnockTicket {
  /** It was let in, or went away. Safe to call twice. */
  leave(): void
}

const LIMITS: KnockLimits = { perHousehold: 128, inAll: 4_096 }
const UNCOUNTED: KnockTicket = { leave: () => undefined }

/**
 * Limits how many sockets may be waiting to be let in, for each household and in all, so that strangers who connect and
 * say nothing leave room for others.
 */
export class KnockLimit {
  readonly #addresses: Addresses
  readonly #limits: KnockLimits
  readonly #isExempt: (address: string) => boolean
  readonly #byHousehold = new Map<string, number>()
  #count = 0

  /** @param isExempt callers that are neither limited nor counted */
  constructor(
    { addresses }: { readonly addresses: Addresses },
    limits: KnockLimits = LIMITS,
    isExempt: (address: string) => boolean = () => false,
  ) {
    this.#addresses = addresses
    this.#limits = limits
    this.#isExempt = isExempt
  }

  /** How many are waiting now. */
  get count(): number {
    return this.#count
  }

  /** How many households they belong to. */
  get householdCount(): number {
    return this.#byHousehold.size
  }

  /** Null when there is no room. Every ticket must be given back with `leave`. */
  enter(address: string): KnockTicket | null {
    if (this.#isExempt(address)) return UNCOUNTED
    const household = this.#addresses.household(address)
    const waiting = this.#byHousehold.get(household) ?? 0
    if (waiting >= this.#limits.perHousehold || this.#count >= this.#limits.inAll) return null
    this.#byHousehold.set(household, waiting + 1)
    this.#count += 1
    return this.#ticket(household)
  }

  #ticket(household: string): KnockTicket {
    let isInside = true
    return {
      leave: () => {
        if (!isInside) return
        isInside = false
        this.#left(household)
      },
    }
  }

  #left(household: string): void {
    this.#count -= 1
    const waiting = (this.#byHousehold.get(household) ?? 1) - 1
    if (waiting === 0) this.#byHousehold.delete(household)
    else this.#byHousehold.set(household, waiting)
  }
}
