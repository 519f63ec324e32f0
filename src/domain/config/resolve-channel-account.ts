import { builtInChannelValues } from './channel-defaults.js'
import type { ChannelKind } from './channels-section.js'
import type { GatewayConfig } from './config.js'

/** The account of a channel that has no accounts of its own; the only one that tokens of the environment serve. */
export const DEFAULT_ACCOUNT_ID = 'default'

type ChannelSection<K extends ChannelKind> = NonNullable<GatewayConfig['channels'][K]>
type AccountFields<K extends ChannelKind> = Omit<ChannelSection<K>, 'accounts'>

/** What all channels have in common. */
type CommonFields = AccountFields<'irc'>

/** Fields that always have a value once everything has been inherited. */
type Settled =
  | 'dmPolicy'
  | 'groupPolicy'
  | 'historyLimit'
  | 'textChunkLimit'
  | 'chunkMode'
  | 'blockStreaming'
  | 'streaming'
  | 'replyToMode'
  | 'responsePrefix'
  | 'mediaMaxMb'
  | 'configWrites'
  | 'capabilities'

/** One account with everything inherited: from its channel, from `channels.defaults`, then from what is built in. */
export type ChannelAccount<K extends ChannelKind = ChannelKind> = Omit<AccountFields<K>, Settled | 'enabled'> & {
  readonly [Field in Settled]: NonNullable<CommonFields[Field]>
} & {
  readonly kind: K
  readonly accountId: string
  readonly enabled: boolean
  /** Senders of direct messages; ids as texts. */
  readonly allowFrom: readonly string[]
  /** Senders in groups; ids as texts. */
  readonly groupAllowFrom: readonly string[]
  readonly heartbeat: GatewayConfig['channels']['defaults']['heartbeat']
  readonly retry: Required<NonNullable<CommonFields['retry']>>
}

/** Maps that an account replaces as a whole; everything else that has keys is inherited key by key. */
const REPLACED_WHOLE: ReadonlySet<string> = new Set(['groups', 'guilds', 'channels', 'dms'])

/** Accounts of a channel in the order of the file; none when the channel has no section. */
export function accountIdsOf(config: GatewayConfig, kind: ChannelKind): readonly string[] {
  const section = config.channels[kind]
  if (section === undefined) return []
  const ids = Object.keys(section.accounts ?? {})
  return ids.length === 0 ? [DEFAULT_ACCOUNT_ID] : ids
}

/** One account with everything inherited, or null when there is none of this id. */
export function resolveChannelAccount<K extends ChannelKind>(
  config: GatewayConfig,
  kind: K,
  accountId: string,
): ChannelAccount<K> | null {
  if (!accountIdsOf(config, kind).includes(accountId)) return null
  const { accounts = {}, ...channel } = config.channels[kind] as ChannelSection<ChannelKind>
  const own = Object.hasOwn(accounts, accountId) ? (accounts[accountId] ?? {}) : {}
  const written = inherited(channel, own)
  const fromAbove = {
    ...builtInChannelValues(kind),
    groupPolicy: config.channels.defaults.groupPolicy,
    heartbeat: config.channels.defaults.heartbeat,
    historyLimit: config.messages.groupChat.historyLimit,
    commands: { native: config.commands.native, nativeSkills: config.commands.nativeSkills },
    responsePrefix: config.messages.responsePrefix,
    ...(config.messages.ackReaction === undefined ? {} : { ackReaction: config.messages.ackReaction }),
  }
  const settled = inherited(fromAbove, written)
  const allowFrom = idTexts(settled.allowFrom)
  return {
    ...settled,
    name: settled.name ?? accountId,
    ...(kind === 'irc' ? { port: settled.port ?? (settled.tls === true ? 6697 : 6667) } : {}),
    kind,
    accountId,
    enabled: channel.enabled !== false && own.enabled !== false,
    allowFrom,
    groupAllowFrom: settled.groupAllowFrom === undefined ? allowFrom : idTexts(settled.groupAllowFrom),
  } as unknown as ChannelAccount<K>
}

type Members = Readonly<Record<string, unknown>>

/** What stands below wins; a value that nobody wrote never hides one from above. */
function inherited(above: Members, below: Members): Members {
  const merged: Record<string, unknown> = { ...above }
  for (const [key, value] of Object.entries(below)) {
    if (value === undefined) continue
    const upper = Object.hasOwn(above, key) ? above[key] : undefined
    merged[key] = !REPLACED_WHOLE.has(key) && isMembers(upper) && isMembers(value) ? inherited(upper, value) : value
  }
  return merged
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Ids may be written as numbers. */
function idTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
