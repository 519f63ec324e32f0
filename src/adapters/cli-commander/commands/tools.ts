import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { explanationLines, type ToolExplanation, type ToolList, toolListLines } from '../render/tools.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ToolsFlags extends SharedFlags {
  readonly agent?: string
  readonly session?: string
  readonly sender?: string
  readonly owner?: boolean
}

/** `mayros tools list`: what an agent is offered by the running configuration. */
export async function toolsList(context: CommandContext, flags: ToolsFlags): Promise<number> {
  const list = await called<ToolList>(context, 'tools.list', {}, flags)
  if (context.json) context.printJson(list)
  else context.print(toolListLines(list))
  return exitCodes.ok
}

/** `mayros tools explain`: why a tool is offered or not. */
export async function toolsExplain(context: CommandContext, tool: string, flags: ToolsFlags): Promise<number> {
  const explanation = await called<ToolExplanation>(context, 'tools.explain', { tool }, flags)
  if (context.json) context.printJson(explanation)
  else context.print(explanationLines(explanation))
  return exitCodes.ok
}

async function called<T>(context: CommandContext, method: string, params: object, flags: ToolsFlags): Promise<T> {
  const { agent, session, sender, owner } = flags
  const access = await findGateway(context, flags)
  const all = {
    ...params,
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(session === undefined ? {} : { sessionKey: session }),
    ...(sender === undefined ? {} : { senderId: sender }),
    ...(owner === undefined ? {} : { isOwner: owner }),
  }
  return withGateway(access, (client) => client.call<T>(method, all, { timeoutMs: access.timeoutMs }))
}
