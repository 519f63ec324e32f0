import type { ChannelKind } from '../../config/channels-section.js'
import type { GatewayConfig } from '../../config/config.js'
import { accountIdsOf, type ChannelAccount, resolveChannelAccount } from '../../config/resolve-channel-account.js'
import type { AccountRules } from '../account-rules.js'

/**
 * What applies to an account at this moment, everything inherited. An account that the configuration does not name, as
 * those of a program that brings its own channels, has what its channel says, else what is built in: strangers have to
 * be approved.
 */
export function accountSettingsOf(config: GatewayConfig, channel: string, accountId: string): ChannelAccount {
  const kind = channel as ChannelKind
  const named = Object.hasOwn(config.channels, channel) && accountIdsOf(config, kind).includes(accountId)
  const section = { ...config.channels[kind], accounts: { [accountId]: {} } }
  const known = named ? config : { ...config, channels: { ...config.channels, [channel]: section } }
  const settings = resolveChannelAccount(known, kind, accountId)
  if (settings === null) throw new RangeError(`no settings for ${channel}/${accountId}`)
  return settings
}

/** Who may talk through an account, as the rules of access ask for it. */
export function accessRulesOf(settings: ChannelAccount): AccountRules {
  const { dmPolicy, allowFrom, groupPolicy, groupAllowFrom } = settings
  const allowBots = 'allowBots' in settings ? settings.allowBots === true : false
  return { dmPolicy, allowFrom, groupPolicy, groupAllowFrom, groups: settings.groups, allowBots }
}
