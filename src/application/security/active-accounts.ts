import type { GatewayConfig } from '../../domain/config/config.js'
import type { KeyPath } from '../../domain/config/key-path.js'
import { channelKindsOf } from '../../domain/config/outside-channels.js'
import {
  accountIdsOf,
  type ChannelAccount,
  resolveChannelAccount,
} from '../../domain/config/resolve-channel-account.js'

/** Every account of a channel that would be started, with everything inherited. */
export function activeAccounts(config: GatewayConfig): readonly ChannelAccount[] {
  return channelKindsOf(config).flatMap((kind) =>
    accountIdsOf(config, kind).flatMap((accountId) => {
      const account = resolveChannelAccount(config, kind, accountId)
      return account === null || !account.enabled ? [] : [account]
    }),
  )
}

/** `telegram`, or `telegram account work`. */
export function accountName({ kind, accountId }: ChannelAccount): string {
  return accountId === 'default' ? kind : `${kind} account ${accountId}`
}

/** Where the value of an account is written: at the account, at its channel, or at the defaults of all. */
export function placeOfValue(config: GatewayConfig, { kind, accountId }: ChannelAccount, key: string): KeyPath {
  const channel = config.channels[kind]
  const has = (owner: object | undefined) =>
    owner !== undefined && (owner as Record<string, unknown>)[key] !== undefined
  if (has(channel?.accounts?.[accountId])) return ['channels', kind, 'accounts', accountId, key]
  return has(channel) ? ['channels', kind, key] : ['channels', 'defaults', key]
}
