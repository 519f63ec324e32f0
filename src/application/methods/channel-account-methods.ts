import {
  type ChannelAccountParams,
  type ChannelsCapabilitiesParams,
  type ChannelsResolveParams,
  channelAccountParams,
  channelsCapabilitiesParams,
  channelsResolveParams,
} from '../../domain/protocol/methods/channels.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { ChannelAccounts } from '../channels/accounts/channel-accounts.js'
import { accountMeant } from '../channels/outbound/target-of.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { Channel } from '../ports/channel.js'

export interface ChannelAccountMethodParts {
  readonly channels: readonly Channel[]
  readonly accounts: Pick<ChannelAccounts, 'find' | 'restart' | 'stopAccount'>
  /** Accounts of a channel that the configuration names, in its order. */
  readonly configured: (channel: string) => readonly string[]
}

/** Looking at accounts of channels, and switching them while the gateway runs. */
export function channelAccountMethods(parts: ChannelAccountMethodParts): readonly MethodRow[] {
  return [
    method('channels.capabilities', channelsCapabilitiesParams, (params) => capabilities(parts, params)),
    method('channels.resolve', channelsResolveParams, (params) => resolve(parts, params)),
    patient(method('channels.start', channelAccountParams, (params) => switched(parts, params, 'start'))),
    patient(method('channels.stop', channelAccountParams, (params) => switched(parts, params, 'stop'))),
    patient(method('channels.restart', channelAccountParams, (params) => switched(parts, params, 'restart'))),
    patient(method('channels.logout', channelAccountParams, (params) => logout(parts, params))),
  ]
}

function capabilities({ channels }: ChannelAccountMethodParts, params: ChannelsCapabilitiesParams): object {
  const { channel: kind, accountId } = params
  const meant = channels.filter(
    (one) => (kind === undefined || one.id === kind) && (accountId === undefined || one.accountId === accountId),
  )
  if (meant.length === 0 && kind !== undefined) throw invalidRequest(`there is no account ${nameOf(params)}`)
  return {
    accounts: meant.map(({ id, label, accountId: account, capabilities: can, textLimit }) => ({
      channel: id,
      label,
      accountId: account,
      capabilities: can,
      textLimit,
    })),
  }
}

function resolve({ channels }: ChannelAccountMethodParts, { names, ...meant }: ChannelsResolveParams): object {
  const channel = accountMeant(channels, meant)
  const results = names.map((name) => {
    const place = channel.placeOf(name)
    return place === null ? { name, found: false } : { name, found: true, place }
  })
  return { channel: channel.id, accountId: channel.accountId, results }
}

async function switched(
  parts: ChannelAccountMethodParts,
  params: ChannelAccountParams,
  what: 'start' | 'stop' | 'restart',
): Promise<object> {
  const { accounts, configured } = parts
  const { channel } = params
  const accountId = accountOf(parts, params)
  const known = accounts.find(channel, accountId)
  if (known === null && !configured(channel).includes(accountId)) {
    throw invalidRequest(`there is no account ${channel}/${accountId}`)
  }
  const isRunning = known?.status().running === true
  if (what === 'stop') await accounts.stopAccount(channel, accountId)
  else if (what === 'restart' || !isRunning) await accounts.restart(channel, accountId)
  const found = accounts.find(channel, accountId)
  if (found === null && what !== 'stop') {
    throw invalidRequest(`${channel}/${accountId} is switched off; set enabled`)
  }
  return { ok: true, channel, accountId, ...(found === null ? {} : { status: found.status() }) }
}

async function logout(parts: ChannelAccountMethodParts, params: ChannelAccountParams): Promise<object> {
  const { accounts, channels } = parts
  const { channel } = params
  if (!channels.some(({ id }) => id === channel)) throw invalidRequest('invalid channels.logout channel')
  const accountId = accountOf(parts, params)
  const found = accounts.find(channel, accountId)
  if (found === null) throw invalidRequest(`there is no account ${channel}/${accountId}`)
  if (found.logout === undefined) throw invalidRequest(`channel ${channel} does not support logout`)
  await accounts.stopAccount(channel, accountId)
  const { cleared } = await found.logout()
  return { channel, accountId, cleared, loggedOut: cleared }
}

/** Without a name the first account. */
function accountOf({ channels, configured }: ChannelAccountMethodParts, params: ChannelAccountParams): string {
  const first = channels.find(({ id }) => id === params.channel)?.accountId
  return params.accountId ?? first ?? configured(params.channel)[0] ?? 'default'
}

function nameOf({ channel = '*', accountId = '*' }: ChannelsCapabilitiesParams): string {
  return `${channel}/${accountId}`
}
