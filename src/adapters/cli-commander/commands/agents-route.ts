import { type RoutedMessage, route } from '../../../domain/routing/bindings.js'
import { mainSessionKey } from '../../../domain/session/session-key.js'
import { agentFacts, routeText, validConfig } from '../agents/agent-facts.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'

export interface AgentsRouteFlags {
  readonly channel: string
  /** An id, or `group:<id>`, `channel:<id>`, `direct:<id>`. */
  readonly peer: string
  readonly account?: string
  readonly thread?: string
  readonly guild?: string
  readonly team?: string
  readonly roles?: readonly string[]
}

/** `mayros agents route`: which agent a message would get, in which session, and why; needs no gateway. */
export async function agentsRoute(context: CommandContext, flags: AgentsRouteFlags): Promise<number> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const config = validConfig(await source.read(), environment)
  const { agentId, sessionKey, matchedBy, bindingIndex } = route(messageOf(flags), config)
  if (sessionKey === null) throw new CliFailure('no_peer', 'such a message would be refused: it does not say who wrote')
  const defaultAgentId = agentFacts(config, environment)[0]?.id ?? 'main'
  const main = mainSessionKey(agentId, { defaultAgentId, scope: config.session.scope })
  if (context.json) {
    context.printJson({ agentId, sessionKey, mainSessionKey: main, matchedBy, bindingIndex })
    return exitCodes.ok
  }
  const binding = bindingIndex === null ? undefined : config.bindings[bindingIndex]
  context.print([
    `agent    ${agentId}`,
    `session  ${sessionKey}`,
    `because  ${binding === undefined ? 'no binding matches: the default agent' : `${matchedBy}: ${routeText(binding)} (bindings[${bindingIndex}])`}`,
  ])
  return exitCodes.ok
}

function messageOf({ channel, peer, account, thread, guild, team, roles }: AgentsRouteFlags): RoutedMessage {
  const [, word, rest] = /^(direct|dm|group|channel):(.+)$/s.exec(peer) ?? []
  const peerId = (rest ?? peer).trim()
  if (peerId === '') throw new UsageFailure('--peer: expected an id, or group:<id>, channel:<id>, direct:<id>')
  return {
    channel,
    kind: word === 'group' || word === 'channel' ? word : 'direct',
    peerId,
    ...(account === undefined ? {} : { accountId: account }),
    ...(thread === undefined ? {} : { branch: { kind: channel === 'telegram' ? 'topic' : 'thread', id: thread } }),
    ...(guild === undefined ? {} : { guildId: guild }),
    ...(team === undefined ? {} : { teamId: team }),
    ...(roles === undefined ? {} : { roles }),
  }
}
