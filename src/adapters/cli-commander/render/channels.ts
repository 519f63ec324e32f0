import type { ChannelKind } from '../../../domain/config/channels-section.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { channelKindsOf } from '../../../domain/config/outside-channels.js'
import { accountIdsOf, resolveChannelAccount } from '../../../domain/config/resolve-channel-account.js'
import { ago, roughly, table } from './words.js'

/** One account of `channels.status`, as far as it is shown. */
export interface AccountFacts {
  readonly accountId: string
  readonly name?: string
  readonly enabled?: boolean
  readonly configured?: boolean
  readonly running?: boolean
  readonly connected?: boolean
  readonly lastError?: string | null
  readonly lastInboundAt?: number | null
  readonly lastOutboundAt?: number | null
  readonly reconnectAttempts?: number
  readonly nextAttemptAt?: number
  readonly dmPolicy?: string
  readonly groupPolicy?: string
  readonly pairingWaiting?: number
  readonly self?: string
  readonly probe?: { readonly ok: boolean; readonly latencyMs?: number; readonly error?: string }
}

/** The answer of `channels.status`, as far as it is shown. */
export interface ChannelsSnapshot {
  readonly ts: number
  readonly channelOrder: readonly string[]
  readonly channelLabels: Readonly<Record<string, string>>
  readonly channels: Readonly<Record<string, unknown>>
  readonly channelAccounts: Readonly<Record<string, readonly AccountFacts[]>>
  readonly channelDefaultAccountId: Readonly<Record<string, string>>
}

export type AccountState = 'connected' | 'connecting' | 'stopped' | 'failed' | 'disabled' | 'not configured'

/** How an account stands, in the words that operators are shown. */
export function accountStateOf(account: AccountFacts): AccountState {
  if (account.enabled === false) return 'disabled'
  if (account.configured === false) return 'not configured'
  if (account.connected === true) return 'connected'
  if (account.running !== true) return account.lastError == null ? 'stopped' : 'failed'
  return account.lastError == null || (account.reconnectAttempts ?? 0) > 0 ? 'connecting' : 'failed'
}

/** Whether every account that should work does. */
export function isHealthy(snapshot: ChannelsSnapshot): boolean {
  return accountsOf(snapshot).every(([, account]) => {
    const state = accountStateOf(account)
    return state === 'disabled' || (state === 'connected' && account.probe?.ok !== false)
  })
}

export function channelLines(snapshot: ChannelsSnapshot, now: number): string[] {
  const rows = accountsOf(snapshot).map(([channel, account]) => [
    `${channel}/${account.accountId}`,
    accountStateOf(account),
    factsText(account, now),
  ])
  return rows.length === 0 ? ['no channels; see: mayros channels add --help'] : table(rows)
}

export function channelsDocument(snapshot: ChannelsSnapshot): Record<string, unknown> {
  const { ts, channelOrder, channelLabels, channels, channelDefaultAccountId } = snapshot
  const channelAccounts = Object.fromEntries(
    channelOrder.map((id) => [
      id,
      (snapshot.channelAccounts[id] ?? []).map((account) => ({ ...account, state: accountStateOf(account) })),
    ]),
  )
  return {
    ok: isHealthy(snapshot),
    ts,
    channelOrder,
    channelLabels,
    channels,
    channelAccounts,
    channelDefaultAccountId,
  }
}

/** What a configuration alone tells about accounts; nothing runs. */
export function configuredOnly(config: GatewayConfig | null, now: number): ChannelsSnapshot {
  const kinds = config === null ? [] : channelKindsOf(config).filter((kind) => accountIdsOf(config, kind).length > 0)
  const accounts = new Map(kinds.map((kind) => [kind, config === null ? [] : configuredAccounts(config, kind)]))
  return {
    ts: now,
    channelOrder: kinds,
    channelLabels: Object.fromEntries(kinds.map((kind) => [kind, kind])),
    channels: Object.fromEntries(kinds.map((kind) => [kind, accounts.get(kind)?.[0] ?? {}])),
    channelAccounts: Object.fromEntries(accounts),
    channelDefaultAccountId: Object.fromEntries(
      kinds.map((kind) => [kind, accounts.get(kind)?.[0]?.accountId ?? 'default']),
    ),
  }
}

function configuredAccounts(config: GatewayConfig, kind: ChannelKind): AccountFacts[] {
  return accountIdsOf(config, kind).flatMap((accountId) => {
    const account = resolveChannelAccount(config, kind, accountId)
    if (account === null) return []
    const { name, enabled, dmPolicy, groupPolicy } = account
    return [{ accountId, ...(name === undefined ? {} : { name }), enabled, running: false, dmPolicy, groupPolicy }]
  })
}

function accountsOf({ channelOrder, channelAccounts }: ChannelsSnapshot): [string, AccountFacts][] {
  return channelOrder.flatMap((id) =>
    (channelAccounts[id] ?? []).map((account): [string, AccountFacts] => [id, account]),
  )
}

function factsText(account: AccountFacts, now: number): string {
  const { probe, lastError, lastInboundAt, lastOutboundAt, dmPolicy, groupPolicy, pairingWaiting = 0 } = account
  const traffic = [
    lastInboundAt == null ? '' : `in ${ago(now - lastInboundAt)}`,
    lastOutboundAt == null ? '' : `out ${ago(now - lastOutboundAt)}`,
  ].filter(Boolean)
  return [
    probeText(probe),
    attemptText(account, now),
    lastError == null ? '' : `last error: ${lastError}`,
    account.self ?? '',
    dmPolicy === undefined ? '' : `dm ${dmPolicy}${pairingWaiting === 0 ? '' : ` (${pairingWaiting} waiting)`}`,
    groupPolicy === undefined ? '' : `groups ${groupPolicy}`,
    traffic.join(', '),
  ]
    .filter(Boolean)
    .join('  ')
}

function probeText(probe: AccountFacts['probe']): string {
  if (probe === undefined) return ''
  return probe.ok ? `probe ok ${probe.latencyMs ?? 0} ms` : `probe failed: ${probe.error ?? 'no reason given'}`
}

function attemptText({ connected, reconnectAttempts = 0, nextAttemptAt }: AccountFacts, now: number): string {
  if (connected === true || reconnectAttempts === 0) return ''
  const next = nextAttemptAt === undefined ? '' : `, next in ${roughly(nextAttemptAt - now)}`
  return `attempt ${reconnectAttempts}${next}`
}
