import {
  type Tailnet,
  TailnetFailure,
  type TailnetFailureCode,
  type TailnetUser,
} from '../../application/ports/tailnet.js'

export interface MemoryTailnetOptions {
  /** Who holds which address. Default: nobody. */
  readonly users?: Readonly<Record<string, TailnetUser>>
  /** What a publication is reached by. Default `https://gateway.example.ts.net`; null: the tool does not tell. */
  readonly url?: string | null
}

/** A tailnet that is what a test says. */
export class MemoryTailnet implements Tailnet {
  readonly users: Map<string, TailnetUser>
  readonly #url: string | null
  readonly #published = new Map<'serve' | 'funnel', number>()
  #refusal: TailnetFailureCode | null = null
  /** How often `whois` was asked. */
  asked = 0

  constructor(options: MemoryTailnetOptions = {}) {
    this.users = new Map(Object.entries(options.users ?? {}))
    this.#url = options.url === undefined ? 'https://gateway.example.ts.net' : options.url
  }

  /** What is published now, port by mode. */
  get published(): ReadonlyMap<'serve' | 'funnel', number> {
    return this.#published
  }

  /** From now on everything is refused with this failure; null = no longer. */
  refuseWith(code: TailnetFailureCode | null): void {
    this.#refusal = code
  }

  async publish(mode: 'serve' | 'funnel', port: number): Promise<string | null> {
    this.#refuse()
    this.#published.set(mode, port)
    return this.#url
  }

  async unpublish(mode: 'serve' | 'funnel'): Promise<void> {
    this.#refuse()
    this.#published.delete(mode)
  }

  async whois(address: string): Promise<TailnetUser | null> {
    this.asked += 1
    this.#refuse()
    return this.users.get(address) ?? null
  }

  #refuse(): void {
    if (this.#refusal !== null)
      throw new TailnetFailure(this.#refusal, `the tailnet of this test says ${this.#refusal}`)
  }
}
