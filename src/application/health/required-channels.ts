import type { ChannelKind } from '../../domain/config/channels-section.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { channelKindsOf } from '../../domain/config/outside-channels.js'
import { accountIdsOf, resolveChannelAccount } from '../../domain/config/resolve-channel-account.js'
import type { Channel } from '../ports/channel.js'

/** Accounts that the gateway must not be without (`required`) and that are not connected: `telegram/default`. */
export function missingChannels(config: GatewayConfig, channels: readonly Channel[]): readonly string[] {
  const required = channelKindsOf(config).flatMap((kind) =>
    accountIdsOf(config, kind as ChannelKind)
      .filter((id) => isRequired(config, kind as ChannelKind, id))
      .map((id) => ({ kind, id })),
  )
  const isConnected = ({ kind, id }: { readonly kind: string; readonly id: string }) =>
    channels.some((channel) => channel.id === kind && channel.accountId === id && channel.status().connected)
  return required.filter((account) => !isConnected(account)).map(({ kind, id }) => `${kind}/${id}`)
}

function isRequired(config: GatewayConfig, kind: ChannelKind, accountId: string): boolean {
  const account = resolveChannelAccount(config, kind, accountId)
  return account?.required === true && account.enabled
}
