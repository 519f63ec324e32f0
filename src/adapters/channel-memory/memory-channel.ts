import type { Channel, ChannelAccountStatus, ChannelProbe } from '../../application/ports/channel.js'

/**
 * How the network of a MemoryChannel behaves. `working`: connects at once. `unreachable`: refuses. `silent`: never
 * answers. `unconfigured`: there are no credentials to try.
 */
export type MemoryNetworkMood = 'working' | 'unreachable' | 'silent' | 'unconfigured'

const REASONS: Partial<Record<MemoryNetworkMood, string>> = {
  unreachable: 'the network cannot be reached',
  unconfigured: 'no credentials are configured for this account',
}

/** An account on a chat network that exists in memory only; a test decides how that network behaves. */
export class MemoryChannel implements Channel {
  readonly id: string
  readonly label: string
  readonly accountId: string
  #mood: MemoryNetworkMood
  #isRunning = false
  #isConnected = false
  #lastError: string | undefined

  constructor(
    options: {
      readonly id?: string
      readonly label?: string
      readonly accountId?: string
      readonly mood?: MemoryNetworkMood
    } = {},
  ) {
    this.id = options.id ?? 'memory'
    this.label = options.label ?? 'Memory'
    this.accountId = options.accountId ?? 'default'
    this.#mood = options.mood ?? 'working'
  }

  async start(): Promise<void> {
    this.#isRunning = this.#mood !== 'unconfigured'
    this.#try()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#isConnected = false
  }

  status(): ChannelAccountStatus {
    return {
      accountId: this.accountId,
      enabled: true,
      configured: this.#mood !== 'unconfigured',
      running: this.#isRunning,
      connected: this.#isConnected,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    }
  }

  async probe(signal: AbortSignal): Promise<ChannelProbe> {
    const reason = REASONS[this.#mood]
    if (reason !== undefined) return { ok: false, latencyMs: 0, error: reason }
    if (this.#mood === 'silent') await aborted(signal)
    return signal.aborted ? { ok: false, latencyMs: 0, error: 'the probe was given up' } : { ok: true, latencyMs: 0 }
  }

  /** From now on the network behaves like this; an account that runs notices at once. */
  become(mood: MemoryNetworkMood): void {
    this.#mood = mood
    if (this.#isRunning) this.#try()
  }

  #try(): void {
    this.#isConnected = this.#isRunning && this.#mood === 'working'
    this.#lastError = REASONS[this.#mood]
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
