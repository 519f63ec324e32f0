import type { ChannelKind } from './channels-section.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import { type HostReach, hostReach } from './host-reach.js'
import type { KeyPath } from './key-path.js'
import { channelKindsOf } from './outside-channels.js'
import { accountIdsOf, type ChannelAccount, resolveChannelAccount } from './resolve-channel-account.js'

/** What must agree inside each account, inheritance included. */
export function channelRules(config: GatewayConfig): { problems: LocatedProblem[]; warnings: LocatedProblem[] } {
  const accounts = channelKindsOf(config).flatMap((kind) =>
    accountIdsOf(config, kind).flatMap((accountId) => {
      const account = resolveChannelAccount(config, kind, accountId)
      return account === null ? [] : [account]
    }),
  )
  return {
    problems: unique([
      ...accounts.flatMap((account) => [...openRules(config, account), ...ownRules(config, account)]),
      ...webhookPaths(config, accounts),
    ]),
    warnings: unique(
      accounts.flatMap((account) => [...emptyAllowlist(config, account), ...readableOnTheWay(config, account)]),
    ),
  }
}

function openRules(config: GatewayConfig, account: ChannelAccount): LocatedProblem[] {
  if (account.dmPolicy !== 'open' || account.allowFrom.includes('*')) return []
  return [finding(placeOf(config, account, 'dmPolicy'), 'conflict', 'open needs "*" in allowFrom')]
}

function emptyAllowlist(config: GatewayConfig, account: ChannelAccount): LocatedProblem[] {
  if (account.dmPolicy !== 'allowlist' || account.allowFrom.length > 0) return []
  const message = 'allowlist with an empty allowFrom lets nobody write directly'
  return [finding(placeOf(config, account, 'dmPolicy'), 'conflict', message)]
}

function readableOnTheWay(config: GatewayConfig, account: ChannelAccount): LocatedProblem[] {
  if (reachOfPlainApi(account) !== 'network') return []
  const message = 'http lets everybody on the way read the token and all messages; right only in a network of your own'
  return [finding(placeOf(config, account, 'apiRoot'), 'conflict', message)]
}

/** Null = the account's calls are encrypted. */
function reachOfPlainApi(account: ChannelAccount): HostReach | null {
  if (!isKind(account, 'telegram') || account.apiRoot === undefined) return null
  const { protocol, hostname } = new URL(account.apiRoot)
  return protocol === 'http:' ? hostReach(hostname) : null
}

function ownRules(config: GatewayConfig, account: ChannelAccount): LocatedProblem[] {
  if (reachOfPlainApi(account) === 'anybody') {
    const message = 'needs https, because http would show the token to everybody on the way'
    return [finding(placeOf(config, account, 'apiRoot'), 'conflict', message)]
  }
  if (isKind(account, 'telegram') && account.webhookUrl !== undefined && account.webhookSecret === undefined) {
    return [finding(placeOf(config, account, 'webhookUrl'), 'conflict', 'needs webhookSecret')]
  }
  if (isKind(account, 'slack') && account.mode === 'http' && account.signingSecret === undefined) {
    return [finding(placeOf(config, account, 'mode'), 'conflict', 'http needs signingSecret')]
  }
  if (isKind(account, 'irc') && account.nickserv?.register === true && account.nickserv.registerEmail === undefined) {
    return [finding(placeOf(config, account, 'nickserv', 'register'), 'conflict', 'needs registerEmail')]
  }
  return []
}

/** Two programs at one path could not be told apart. */
function webhookPaths(config: GatewayConfig, accounts: readonly ChannelAccount[]): LocatedProblem[] {
  const owners = new Map<string, string>()
  return accounts.flatMap((account) => {
    if (!isKind(account, 'webhook') || account.path === undefined) return []
    const owner = owners.get(account.path)
    owners.set(account.path, owner ?? account.accountId)
    if (owner === undefined) return []
    return [finding(placeOf(config, account, 'path'), 'conflict', `is the path of account "${owner}" already`)]
  })
}

function isKind<K extends ChannelKind>(account: { readonly kind: ChannelKind }, kind: K): account is ChannelAccount<K> {
  return account.kind === kind
}

/** Where the value was written: at the account, or else at its channel. */
function placeOf(config: GatewayConfig, { kind, accountId }: ChannelAccount, ...keys: string[]): KeyPath {
  const own = config.channels[kind]?.accounts?.[accountId]
  const isOwn = own !== undefined && valueAt(own, keys) !== undefined
  return isOwn ? ['channels', kind, 'accounts', accountId, ...keys] : ['channels', kind, ...keys]
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (owner, key) => (typeof owner === 'object' && owner !== null ? (owner as Record<string, unknown>)[key] : undefined),
    value,
  )
}

/** What a channel says wrongly is wrong once, however many accounts inherit it. */
function unique(problems: readonly LocatedProblem[]): LocatedProblem[] {
  return [...new Map(problems.map((one) => [`${one.problem.path} ${one.problem.message}`, one])).values()]
}
