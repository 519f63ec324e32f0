import { DEFAULT_ACCOUNT_ID } from '../../../domain/config/resolve-channel-account.js'

type Members = Readonly<Record<string, unknown>>

/** Where an account stands in the file, and whether it stands there already. */
export interface AccountPlace {
  readonly path: readonly string[]
  readonly exists: boolean
  /** Ids below `accounts`; none = the channel itself is the account `default`. */
  readonly listed: readonly string[]
}

/** @param resolved what the files say, as in `ConfigReading.resolved` */
export function accountPlace(resolved: unknown, channel: string, accountId: string): AccountPlace {
  const section = memberOf(memberOf(resolved, 'channels'), channel)
  const accounts = memberOf(section, 'accounts')
  const listed = accounts === undefined ? [] : Object.keys(accounts as Members)
  const isChannelItself = accountId === DEFAULT_ACCOUNT_ID && listed.length === 0
  if (isChannelItself) return { path: ['channels', channel], exists: section !== undefined, listed }
  return { path: ['channels', channel, 'accounts', accountId], exists: listed.includes(accountId), listed }
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Members)[key] : undefined
}
