import { agentsListParams, type MessageParams, messageParams } from '../../domain/protocol/gateway-tools.js'
import { mayMeet } from '../../domain/session/session-sight.js'
import { messagePlaceOf, outOfReach } from '../../domain/tools/message-reach.js'
import type { Tool, Toolbox, ToolCallContext, ToolOutcome } from '../ports/tools.js'
import { failed } from './call-tool.js'
import { gatewayTool } from './gateway/gateway-tool.js'
import type { GatewayToolParts, OutgoingMessage } from './gateway/gateway-tool-parts.js'
import { sessionTools } from './gateway/session-tools.js'
import { sessionsSendTool } from './gateway/sessions-send-tool.js'
import { jsonOutcome } from './json-outcome.js'

/** Tools that work on the gateway itself: sessions, agents, messages, configuration. */
export class GatewayToolbox implements Toolbox {
  readonly id = 'builtin'
  readonly #tools: readonly Tool[]

  constructor(parts: GatewayToolParts) {
    this.#tools = [
      ...sessionTools(parts),
      sessionsSendTool(parts),
      agentsList(parts),
      message(parts),
      gatewayTool(parts),
    ]
  }

  tools(): readonly Tool[] {
    return this.#tools
  }

  /** Nothing it does outlives a call. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}

function agentsList({ agents, sight }: GatewayToolParts): Tool<Readonly<Record<string, never>>> {
  return {
    name: 'agents_list',
    description: 'Lists the agents of this gateway that you may speak to, yourself included.',
    params: agentsListParams,
    run: async (_, { agentId }) => {
      const known = agents.agents.filter(({ id }) => mayMeet(agentId, id, sight()))
      return jsonOutcome({
        requester: agentId,
        agents: known.map(({ id, name, identity, isDefault }) => ({
          id,
          ...(name === undefined ? {} : { name }),
          ...(identity?.name === undefined ? {} : { identity: identity.name }),
          isDefault,
        })),
      })
    },
  }
}

function message(parts: GatewayToolParts): Tool<MessageParams> {
  return {
    name: 'message',
    description: 'Sends a message to somebody through a chat channel of this gateway.',
    params: messageParams,
    run: (params, context) => deliver(parts, params, context),
  }
}

async function deliver(parts: GatewayToolParts, params: MessageParams, context: ToolCallContext): Promise<ToolOutcome> {
  const { channel, to, text, accountId, threadId } = params
  const outgoing: OutgoingMessage = {
    channel: channel.trim().toLowerCase(),
    to,
    text,
    ...(accountId === undefined ? {} : { accountId }),
    ...(threadId === undefined ? {} : { threadId }),
  }
  const session = context.sessionKey === null ? null : await parts.store.session(context.sessionKey)
  const here = messagePlaceOf(context.channel, context.sessionKey, session)
  const obstacle = outOfReach(outgoing, here, parts.config().tools.message.crossContext)
  if (obstacle !== null) return failed(obstacle)
  const delivery = await parts.deliver(outgoing, context.signal)
  if (!delivery.isDelivered) return failed(delivery.problem)
  const { messageId } = delivery
  return jsonOutcome({
    status: 'sent',
    channel: outgoing.channel,
    to,
    ...(messageId === undefined ? {} : { messageId }),
  })
}
