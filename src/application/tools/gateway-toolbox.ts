import { agentsListParams } from '../../domain/protocol/gateway-tools.js'
import { mayMeet } from '../../domain/session/session-sight.js'
import type { Tool, Toolbox } from '../ports/tools.js'
import { gatewayTool } from './gateway/gateway-tool.js'
import type { GatewayToolParts } from './gateway/gateway-tool-parts.js'
import { messageTool } from './gateway/message-tool.js'
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
      messageTool(parts),
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
