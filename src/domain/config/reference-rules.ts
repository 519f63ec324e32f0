import { DEFAULT_AGENT_ID } from './agents.js'
import { CHANNEL_KINDS, LATER_CHANNELS } from './channels-section.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding, notFound } from './finding.js'
import type { KeyPath } from './key-path.js'
import { outsideKeysOf } from './outside-channels.js'

interface Findings {
  readonly problems: readonly LocatedProblem[]
  readonly warnings: readonly LocatedProblem[]
}

/** Channels that somebody may name; the chat of programs and of the Control UI needs no section. */
const KNOWN_CHANNELS: readonly string[] = [...CHANNEL_KINDS, 'webchat', ...LATER_CHANNELS]

/** Whether agents and channels that are named exist. */
export function referenceRules(config: GatewayConfig): Findings {
  const known = channelsKnown(config)
  const list = config.agents.list ?? []
  const agentIds = list.length === 0 ? [DEFAULT_AGENT_ID] : list.map(({ id }) => id.toLowerCase())
  const agents = [
    ...config.bindings.map(({ agentId }, index) => ({ at: ['bindings', index, 'agentId'], agentId })),
    ...config.hooks.mappings.map(({ agentId }, index) => ({ at: ['hooks', 'mappings', index, 'agentId'], agentId })),
  ]
  return {
    problems: [
      ...agents.flatMap(({ at, agentId }) =>
        agentId === undefined || agentIds.includes(agentId.toLowerCase())
          ? []
          : [notFound(at, 'agent', agentId, agentIds)],
      ),
      ...channelsNamed(config).flatMap(({ at, channel }) =>
        known.includes(channel) ? [] : [notFound(at, 'channel', channel, known)],
      ),
      ...bindingRules(config),
      ...identityRules(config),
      ...storeRules(config),
    ],
    warnings: [...bindingWarnings(config), ...identityWarnings(config), ...mainKeyWarnings(config)],
  }
}

function channelsKnown({ channels }: GatewayConfig): readonly string[] {
  return [...KNOWN_CHANNELS, ...outsideKeysOf(channels)]
}

function channelsNamed(config: GatewayConfig): { at: KeyPath; channel: string }[] {
  const targets = [
    { at: ['agents', 'defaults', 'heartbeat', 'target'], target: config.agents.defaults.heartbeat.target },
    ...(config.agents.list ?? []).map(({ heartbeat }, index) => ({
      at: ['agents', 'list', index, 'heartbeat', 'target'],
      target: heartbeat?.target,
    })),
  ]
  return [
    ...targets.flatMap(({ at, target }) =>
      target === undefined || target === 'last' || target === 'none' ? [] : [{ at, channel: target }],
    ),
    ...Object.keys(config.channels.modelByChannel).map((channel) => ({
      at: ['channels', 'modelByChannel', channel],
      channel,
    })),
    ...identities(config).flatMap(({ at, channel }) => (channel === null ? [] : [{ at, channel }])),
  ]
}

/** The channel of an identity is what stands before the first colon. */
function identities({ session }: GatewayConfig) {
  return Object.entries(session.identityLinks).flatMap(([name, entries]) =>
    entries.map((entry, index) => {
      const text = String(entry).trim().toLowerCase()
      const colon = text.indexOf(':')
      return {
        at: ['session', 'identityLinks', name, index],
        name,
        text,
        channel: colon < 1 ? null : text.slice(0, colon),
      }
    }),
  )
}

function identityRules(config: GatewayConfig): LocatedProblem[] {
  const owners = new Map<string, string>()
  return identities(config).flatMap(({ at, name, text }) => {
    const owner = owners.get(text)
    owners.set(text, owner ?? name)
    if (owner === undefined || owner === name) return []
    return [finding(at, 'conflict', `${JSON.stringify(text)} already belongs to "${owner}"`)]
  })
}

function identityWarnings(config: GatewayConfig): LocatedProblem[] {
  return identities(config).flatMap(({ at, channel }) =>
    channel === null
      ? [finding(at, 'conflict', 'without a channel this may be somebody else on another one', 'write channel:id')]
      : [],
  )
}

function bindingRules({ bindings }: GatewayConfig): LocatedProblem[] {
  return bindings.flatMap(({ match }, index) =>
    match.roles !== undefined && match.guildId === undefined
      ? [finding(['bindings', index, 'match', 'roles'], 'conflict', 'roles need guildId')]
      : [],
  )
}

function bindingWarnings(config: GatewayConfig): LocatedProblem[] {
  const known = channelsKnown(config)
  return config.bindings.flatMap(({ match: { channel } }, index) =>
    known.includes(channel) ? [] : [notFound(['bindings', index, 'match', 'channel'], 'channel', channel, known)],
  )
}

function storeRules({ session, agents }: GatewayConfig): LocatedProblem[] {
  const isShared = session.store !== undefined && !session.store.includes('{agentId}')
  if (!isShared || (agents.list ?? []).length < 2) return []
  return [finding(['session', 'store'], 'conflict', 'must contain {agentId} when there are several agents')]
}

function mainKeyWarnings({ session }: GatewayConfig): LocatedProblem[] {
  return session.mainKey === 'main'
    ? []
    : [finding(['session', 'mainKey'], 'bad_value', 'only main is possible; the value is ignored')]
}
