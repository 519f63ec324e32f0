import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import type { OwnTools } from '../tools/own-tools.js'
import type { AgentCall } from './agent-call.js'

/**
 * A call of a tool carries nothing but its name, so the caller's tools may not be called what the agent's own are. Those
 * that policy withholds from the agent are in nobody's way.
 * @throws OpenAiRefusal naming the first one
 */
export async function refuseTakenNames(
  { agentId, sessionKey, tools, toolChoice }: AgentCall,
  own: Pick<OwnTools, 'names'>,
): Promise<void> {
  if (tools.length === 0 || toolChoice === 'none') return
  const taken = await own.names(agentId, sessionKey)
  const clash = tools.find(({ name }) => taken.has(name))
  if (clash === undefined) return
  const problem = `the agent has a tool with the name ${clash.name} itself; give yours another name, or deny the agent's`
  throw new OpenAiRefusal('invalid_tool', `invalid tool configuration: ${problem}`, 'tools')
}
