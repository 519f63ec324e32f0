import { changeEdits } from '../../../application/agents/agent-edits.js'
import { agentFacts, validConfig } from '../agents/agent-facts.js'
import { editAgents } from '../agents/edit-agents.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'

export interface AgentsIdentityFlags {
  readonly name?: string
  readonly theme?: string
  readonly emoji?: string
  readonly avatar?: string
}

/** `mayros agents set-identity <id>`: how an agent shows itself; an empty text takes a value away. */
export async function agentsSetIdentity(
  context: CommandContext,
  agentId: string,
  flags: AgentsIdentityFlags,
): Promise<number> {
  const { name, theme, emoji, avatar } = flags
  const identity = { name, theme, emoji, avatar }
  if (Object.values(identity).every((value) => value === undefined)) {
    throw new UsageFailure('give at least one of --name, --theme, --emoji, --avatar')
  }
  const environment = await context.environment()
  const editing = await editAgents(context)
  const id = agentId.toLowerCase()
  const after = await editing.write(`agents set-identity ${id}`, (resolved) =>
    changeEdits(resolved, agentId, { identity }),
  )
  const facts = agentFacts(validConfig(after, environment), environment).find((agent) => agent.id === id)
  if (context.json) context.printJson({ ok: true, agentId: id, identity: facts?.identity ?? {} })
  else {
    context.print(`set the identity of agent ${id}`)
    context.print(await editing.outcome(after))
  }
  return exitCodes.ok
}
