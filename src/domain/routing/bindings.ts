import { DEFAULT_AGENT_ID } from '../config/agents.js'
import type { GatewayConfig } from '../config/config.js'
import { accountIdOf, type Chat, channelIdOf, conversationKey } from '../session/conversation-key.js'
import { normalizeAgentId } from '../session/session-key.js'

/** Where a message was written, with all that a binding may ask for. */
export interface RoutedMessage extends Chat {
  /** Server, on platforms that have those. */
  readonly guildId?: string
  /** Workspace, on platforms that have those. */
  readonly teamId?: string
  /** What the sender is on that server. */
  readonly roles?: readonly string[]
}

/** Ways to find an agent; the more exactly a binding says whom it means, the earlier it is tried. */
export const ROUTE_TIERS = [
  'binding.peer',
  'binding.peer.parent',
  'binding.guild+roles',
  'binding.guild',
  'binding.team',
  'binding.account',
  'binding.channel',
  'default',
] as const

export type RouteTier = (typeof ROUTE_TIERS)[number]

/** Who answers a message, where, and why. */
export interface Route {
  readonly agentId: string
  readonly matchedBy: RouteTier
  /** Place in `bindings`; null for the default agent. */
  readonly bindingIndex: number | null
  /** Null = the message does not say who wrote, and must be refused. */
  readonly sessionKey: string | null
}

type RoutingConfig = Pick<GatewayConfig, 'bindings' | 'session'> & {
  readonly agents: Pick<GatewayConfig['agents'], 'list'>
}
export type Binding = GatewayConfig['bindings'][number]
type Match = Binding['match']
type Peer = NonNullable<Match['peer']>

/**
 * Chooses the agent and the session for a message. Earlier tiers go first, within a tier the first binding of the file;
 * a binding counts only if everything it names is so. No binding: the agent marked as default, else the first one, else
 * `main`.
 */
export function route(message: RoutedMessage, config: RoutingConfig): Route {
  const hit = firstHit(message, config.bindings)
  const agentId = normalizeAgentId(hit === null ? defaultAgentId(config) : hit.agentId)
  return {
    agentId,
    matchedBy: hit?.tier ?? 'default',
    bindingIndex: hit?.index ?? null,
    sessionKey: conversationKey(agentId, message, config.session),
  }
}

function firstHit(message: RoutedMessage, bindings: RoutingConfig['bindings']) {
  let best: { readonly tier: RouteTier; readonly index: number; readonly agentId: string } | null = null
  for (const [index, { agentId, match }] of bindings.entries()) {
    const tier = tierFor(match, message)
    if (tier === null) continue
    if (best === null || ROUTE_TIERS.indexOf(tier) < ROUTE_TIERS.indexOf(best.tier)) best = { tier, index, agentId }
    if (tier === ROUTE_TIERS[0]) break
  }
  return best
}

/** Null when something the binding names is not so. */
function tierFor(match: Match, message: RoutedMessage): RouteTier | null {
  if (channelIdOf(match.channel) !== channelIdOf(message.channel)) return null
  const isAnyAccount = match.accountId === '*'
  if (!isAnyAccount && accountIdOf(match) !== accountIdOf(message)) return null
  if (match.guildId !== undefined && match.guildId !== message.guildId) return null
  if (match.teamId !== undefined && match.teamId !== message.teamId) return null
  const roles = match.roles ?? []
  if (roles.length > 0 && !roles.some((role) => message.roles?.includes(role) === true)) return null
  return match.peer === undefined ? tierOf(match) : peerTier(match.peer, message)
}

/** The tier of what a binding names; one that names a peer may hit by that peer's parent as well. */
function tierOf({ peer, guildId, roles = [], teamId, accountId }: Match): RouteTier {
  if (peer !== undefined) return 'binding.peer'
  if (guildId !== undefined) return roles.length > 0 ? 'binding.guild+roles' : 'binding.guild'
  if (teamId !== undefined) return 'binding.team'
  return accountId === '*' ? 'binding.channel' : 'binding.account'
}

/** The bindings in the order in which they are tried: tier by tier, within one as in the file. */
export function bindingsInOrder(bindings: readonly Binding[]): readonly Binding[] {
  const placeOf = ({ match }: Binding) => ROUTE_TIERS.indexOf(tierOf(match))
  return bindings.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** A thread of a group or channel is a peer itself, and its chat the parent; a direct chat is always its person. */
function peerTier(peer: Peer, { kind, peerId, branch }: RoutedMessage): RouteTier | null {
  if ((peer.kind === 'dm' ? 'direct' : peer.kind) !== kind) return null
  const id = String(peer.id)
  const threadId = kind !== 'direct' && branch?.kind === 'thread' ? branch.id : null
  if (threadId === null) return id === peerId ? 'binding.peer' : null
  if (id === threadId) return 'binding.peer'
  return id === peerId ? 'binding.peer.parent' : null
}

function defaultAgentId({ agents }: RoutingConfig): string {
  const list = agents.list ?? []
  return (list.find((agent) => agent.default === true) ?? list[0])?.id ?? DEFAULT_AGENT_ID
}
