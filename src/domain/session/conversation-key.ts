import type { GatewayConfig } from '../config/config.js'
import { DEFAULT_ACCOUNT_ID } from '../config/resolve-channel-account.js'
import { idOfKeyPart, keyPartOf } from './conversation-key-part.js'
import { MAIN_KEY, normalizeAgentId, parseAgentKey } from './session-key.js'

/** A part of a chat that is a conversation of its own. */
export interface Branch {
  readonly kind: 'thread' | 'topic'
  readonly id: string
}

/** What a session key says behind its agent. Ids are the platform's, not escaped and never empty. */
export type Conversation =
  | { readonly kind: 'main'; readonly branch?: Branch }
  | DirectConversation
  | { readonly kind: 'group' | 'channel'; readonly channel: string; readonly peer: string; readonly branch?: Branch }
  | { readonly kind: 'cron'; readonly job: string; readonly run?: string }
  | { readonly kind: 'hook' | 'subagent' | 'node'; readonly id: string }
  /** Any other name: chosen by a person, or by an endpoint for its own sessions. */
  | { readonly kind: 'named'; readonly rest: string }

interface DirectConversation {
  readonly kind: 'direct'
  readonly peer: string
  /** The id reads like a name in `session.identityLinks` and is not that person. */
  readonly isNamesake?: true
  /** Absent = one conversation on all channels. */
  readonly channel?: string
  /** Only together with a channel; absent = one conversation on all its accounts. */
  readonly account?: string
  readonly branch?: Branch
}

/** A session key, taken apart. */
export type SessionKeyParts =
  | { readonly kind: 'global' }
  | { readonly kind: 'unknown' }
  | ({ readonly agentId: string } & Conversation)

/** Where a message was written. */
export interface Chat {
  readonly channel: string
  /** Absent = the account `default`. */
  readonly accountId?: string
  readonly kind: 'direct' | 'group' | 'channel'
  /** The other side of a direct chat, else the chat itself; in a thread the chat that the thread is part of. */
  readonly peerId: string
  readonly branch?: Branch
}

type SessionRules = Pick<GatewayConfig['session'], 'scope' | 'dmScope'> & {
  /** Names of people, each with what they are called on the channels. */
  readonly identityLinks: Readonly<Record<string, readonly (string | number)[]>>
}

/** Stands in front of an id that is a namesake; an escape never begins so. */
const NAMESAKE_MARK = '%-'
const NODE_PREFIX = 'node-'

/**
 * Key of the session that a message belongs to. Null when it does not say who wrote or where: the message must be
 * refused, because strangers would share a session. Only where all direct chats are the main session nobody needs to
 * know who wrote.
 */
export function conversationKey(agentId: string, chat: Chat, rules: SessionRules): string | null {
  if (rules.scope === 'global') return 'global'
  const conversation = conversationOf(chat, rules)
  return conversation === null ? null : formatSessionKey({ agentId: normalizeAgentId(agentId), ...conversation })
}

/**
 * Writes a key. Different parts give different keys, and a key that was written here is its own canonical spelling.
 * An `agentId` is expected in its normalised form.
 * @throws RangeError for an empty id
 */
export function formatSessionKey(parts: SessionKeyParts): string {
  if (!('agentId' in parts)) return parts.kind
  const rest = formatRest(parts)
  if (parts.kind !== 'named' && rest.split(':').includes('')) throw new RangeError('an id in a session key is empty')
  return `agent:${parts.agentId}:${rest}`
}

/**
 * Reads a canonical key; null for what is none. A key that only resembles one of ours counts as a name, so writing what
 * was read always gives the same key.
 */
export function parseSessionKey(key: string): SessionKeyParts | null {
  if (key === 'global' || key === 'unknown') return { kind: key }
  const parsed = parseAgentKey(key)
  if (parsed === null) return null
  const { agentId, rest } = parsed
  const conversation = readRest(rest)
  return conversation !== null && formatRest(conversation) === rest
    ? { agentId, ...conversation }
    : { agentId, kind: 'named', rest }
}

function conversationOf(chat: Chat, rules: SessionRules): Conversation | null {
  const channel = channelIdOf(chat.channel)
  const branch = chat.branch === undefined || isBlank(chat.branch.id) ? {} : { branch: chat.branch }
  if (chat.kind === 'direct' && rules.dmScope === 'main') return { kind: 'main', ...branch }
  if (isBlank(chat.peerId) || channel === '') return null
  if (chat.kind !== 'direct') return { kind: chat.kind, channel, peer: chat.peerId, ...branch }
  return {
    kind: 'direct',
    ...personOf(channel, chat.peerId, rules.identityLinks),
    ...(rules.dmScope === 'per-peer' ? {} : { channel }),
    ...(rules.dmScope === 'per-account-channel-peer' ? { account: accountIdOf(chat) } : {}),
    ...branch,
  }
}

/**
 * The name of somebody who is known by it, else the id. Whoever is not known but calls themselves by such a name is
 * marked, or they would walk into a conversation that is not theirs.
 */
function personOf(
  channel: string,
  peerId: string,
  links: SessionRules['identityLinks'],
): Pick<DirectConversation, 'peer' | 'isNamesake'> {
  const id = normalized(peerId)
  const qualified = `${channel}:${id}`
  let isNamesake = false
  for (const [written, entries] of Object.entries(links)) {
    const name = normalized(written)
    if (name === '') continue
    if (entries.some((entry) => isSame(normalized(String(entry)), id, qualified))) return { peer: name }
    if (name === peerId) isNamesake = true
  }
  return isNamesake ? { peer: peerId, isNamesake } : { peer: peerId }
}

/** What is written with a channel means that channel only, whatever somebody's id looks like on another one. */
function isSame(entry: string, id: string, qualified: string): boolean {
  return entry === (entry.indexOf(':') < 1 ? id : qualified)
}

function formatRest(conversation: Conversation): string {
  switch (conversation.kind) {
    case 'main':
      return MAIN_KEY + branchSuffix(conversation.branch)
    case 'direct': {
      const { channel, account, peer, isNamesake, branch } = conversation
      const places = channel === undefined ? [] : account === undefined ? [channel] : [channel, account]
      const mark = isNamesake === true ? NAMESAKE_MARK : ''
      return [...places.map(keyPartOf), 'direct', mark + keyPartOf(peer)].join(':') + branchSuffix(branch)
    }
    case 'group':
    case 'channel': {
      const { channel, kind, peer, branch } = conversation
      return `${keyPartOf(channel)}:${kind}:${keyPartOf(peer)}${branchSuffix(branch)}`
    }
    case 'cron': {
      const { job, run } = conversation
      return `cron:${keyPartOf(job)}${run === undefined ? '' : `:run:${keyPartOf(run)}`}`
    }
    case 'hook':
    case 'subagent':
      return `${conversation.kind}:${keyPartOf(conversation.id)}`
    case 'node':
      return conversation.id === '' ? '' : NODE_PREFIX + keyPartOf(conversation.id)
    case 'named':
      return conversation.rest
  }
}

/** What the words of a key say; whoever calls looks whether they say nothing else besides. */
function readRest(rest: string): Conversation | null {
  const parts = rest.split(':')
  if (parts.includes('')) return null
  const [first = '', second = '', third = '', fourth] = parts
  if (first === MAIN_KEY) return { kind: 'main', ...readBranch(parts, 1) }
  if (first === 'direct') return readDirect(parts, 0)
  if (first === 'hook' || first === 'subagent') return { kind: first, id: idOfKeyPart(second) }
  if (first === 'cron') {
    const run = third === 'run' && fourth !== undefined ? { run: idOfKeyPart(fourth) } : {}
    return { kind: 'cron', job: idOfKeyPart(second), ...run }
  }
  const channel = idOfKeyPart(first)
  if (second === 'group' || second === 'channel') {
    return { kind: second, channel, peer: idOfKeyPart(third), ...readBranch(parts, 3) }
  }
  if (second === 'direct') return { ...readDirect(parts, 1), channel }
  if (third === 'direct') return { ...readDirect(parts, 2), channel, account: idOfKeyPart(second) }
  return first.startsWith(NODE_PREFIX) ? { kind: 'node', id: idOfKeyPart(first.slice(NODE_PREFIX.length)) } : null
}

function readDirect(parts: readonly string[], kindAt: number): DirectConversation {
  const part = parts[kindAt + 1] ?? ''
  const branch = readBranch(parts, kindAt + 2)
  if (!part.startsWith(NAMESAKE_MARK)) return { kind: 'direct', peer: idOfKeyPart(part), ...branch }
  return { kind: 'direct', peer: idOfKeyPart(part.slice(NAMESAKE_MARK.length)), isNamesake: true, ...branch }
}

function readBranch(parts: readonly string[], at: number): { readonly branch?: Branch } {
  const kind = parts[at]
  const id = parts[at + 1]
  if ((kind !== 'thread' && kind !== 'topic') || id === undefined) return {}
  return { branch: { kind, id: idOfKeyPart(id) } }
}

function branchSuffix(branch: Branch | undefined): string {
  return branch === undefined ? '' : `:${branch.kind}:${keyPartOf(branch.id)}`
}

/** The account that is meant, by a message as by a binding. */
export function accountIdOf({ accountId }: { readonly accountId?: string | undefined }): string {
  return accountId === undefined || isBlank(accountId) ? DEFAULT_ACCOUNT_ID : accountId
}

/** Channels are named by words of ours; their case says nothing. */
export function channelIdOf(channel: string): string {
  return normalized(channel)
}

function normalized(text: string): string {
  return text.trim().toLowerCase()
}

function isBlank(id: string): boolean {
  return id.trim() === ''
}
