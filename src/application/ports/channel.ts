/*
 * A messaging surface: one account on one chat network. Called by the gateway (start, stop), by `channels.status`.
 * Promises: `start` resolves when the account is trying to connect, not when it succeeded; stopping one account
 * touches no other; `status` answers at once from memory.
 * May refuse: to start without credentials, by a status that says so. Must never block start-up or throw later.
 */

/** What is known about one account right now. */
export interface ChannelAccountStatus {
  readonly accountId: string
  readonly enabled: boolean
  readonly configured: boolean
  readonly running: boolean
  readonly connected: boolean
  readonly lastError?: string
}

/** What a live check of an account found. */
export interface ChannelProbe {
  readonly ok: boolean
  readonly latencyMs: number
  readonly error?: string
}

export interface Channel {
  /** Kind of network: `irc`, `telegram`. */
  readonly id: string
  /** Name for people. */
  readonly label: string
  readonly accountId: string
  start(): Promise<void>
  stop(): Promise<void>
  status(): ChannelAccountStatus
  probe(signal: AbortSignal): Promise<ChannelProbe>
}
