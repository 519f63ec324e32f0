/*
 * Makes the accounts of one chat network. Called once for each configured account that is enabled, and again when its
 * settings change.
 * Promises: no connection and no timer before `start`; missing credentials are the account's to tell by its status.
 * Must never reject for what an operator wrote: a channel that cannot work says so in `lastError`.
 */

import type { ChannelKind } from '../../domain/config/channels-section.js'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import type { Channel } from './channel.js'
import type { Clock } from './clock.js'
import type { Log } from './log.js'

/** What an account finds around it. */
export interface ChannelSurroundings {
  readonly clock: Clock
  readonly log: Log
  /** Variables of the process and of the state directory's `.env`; tokens there serve only the account `default`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Absolute path of a directory of the account's own, made when it is needed. */
  readonly stateDir: string
  /** Random number in 0..1, for jitter. */
  readonly random: () => number
}

export type ChannelFactory<K extends ChannelKind = ChannelKind> = (
  account: ChannelAccount<K>,
  surroundings: ChannelSurroundings,
) => Channel
