import type { Channel } from '../../ports/channel.js'
import type { Clock, Timer } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { ChannelAccounts } from './channel-accounts.js'

const MINUTE_MS = 60_000
/** An account that was found stuck this often in a row is started anew. */
const STUCK_LOOKS = 2

export interface AccountWatchParts {
  /** Minutes between two looks; 0 = never. */
  readonly minutes: () => number
  readonly accounts: Pick<ChannelAccounts, 'channels' | 'restart'>
  readonly clock: Clock
  readonly log: Log
}

/**
 * Starts accounts anew that say they run, are not connected, and do not try either. What an operator has to mend, as
 * credentials, is left alone.
 */
export class AccountWatch {
  readonly #parts: AccountWatchParts
  #timer: Timer | undefined
  readonly #stuck = new Map<Channel, number>()

  constructor(parts: AccountWatchParts) {
    this.#parts = parts
  }

  /** Also after the time between looks has changed. */
  start(): void {
    this.stop()
    const minutes = this.#parts.minutes()
    if (minutes > 0) this.#timer = this.#parts.clock.every(minutes * MINUTE_MS, () => this.#look())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #look(): void {
    const { accounts, clock, log } = this.#parts
    const now = clock.now()
    for (const channel of accounts.channels) {
      const { running, connected, configured, lastErrorCode, nextAttemptAt = 0 } = channel.status()
      const isStuck = running && configured && !connected && lastErrorCode !== 'auth' && nextAttemptAt < now
      const looks = isStuck ? (this.#stuck.get(channel) ?? 0) + 1 : 0
      if (looks === 0) this.#stuck.delete(channel)
      else this.#stuck.set(channel, looks)
      if (looks < STUCK_LOOKS) continue
      this.#stuck.delete(channel)
      log.warn('an account is stuck and is started anew', { channel: channel.id, account: channel.accountId })
      void accounts.restart(channel.id, channel.accountId)
    }
  }
}
