/*
 * Channels that others write: modules named in `plugins.channels`. Called when an account of a channel is made that the
 * gateway does not have itself.
 * Promises: nothing is loaded before it is needed; a module that could not be loaded is looked for again the next time;
 * what a channel throws arrives as a ChannelFailure; an account whose module is missing says so by its status.
 * Must never keep other accounts from starting. Modules run with all rights of the gateway: they are as trusted as it is.
 */
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { Failure } from '../../domain/failure.js'
import type { Channel } from './channel.js'
import type { ChannelFactory, ChannelSurroundings } from './channel-factory.js'

/** The account of a channel from outside: the common fields, and whatever else the file says; unchecked. */
export type OutsideAccount = ChannelAccount & Readonly<Record<string, unknown>>

/** What a module exports as `channel`. */
export interface ChannelPackage {
  /** The key below `channels`: a lower-case letter, then letters, digits and dashes. None that the gateway has itself. */
  readonly id: string
  /** Makes one account; called again when its settings change. Opens no connection, and refuses no setting. */
  create(account: OutsideAccount, surroundings: ChannelSurroundings): Channel
}

export interface ChannelPackages {
  /** What makes the accounts of that channel. Never rejects: without a module, accounts say what is wrong. */
  factoryOf(id: string): Promise<ChannelFactory>
}

/** Why a channel from outside cannot be had, code by code. */
export const CHANNEL_PACKAGE_FAILURES = {
  'package-missing': 'there is no such package or file where packages are looked for',
  'package-broken': 'the module cannot be loaded',
  'package-invalid': 'the module exports no channel, or one that cannot be used',
  'channel-unknown': 'none of the packages brings this channel',
} as const

export type ChannelPackageFailureCode = keyof typeof CHANNEL_PACKAGE_FAILURES

export class ChannelPackageFailure extends Failure {
  override readonly code: ChannelPackageFailureCode

  constructor(code: ChannelPackageFailureCode, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
  }
}
