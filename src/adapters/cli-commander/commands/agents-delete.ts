import { removalEdits } from '../../../application/agents/agent-edits.js'
import { agentFacts, validConfig } from '../agents/agent-facts.js'
import { editAgents, explained } from '../agents/edit-agents.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { plural, shortPath } from '../render/words.js'

export interface AgentsDeleteFlags {
  readonly force?: boolean
  readonly yes?: boolean
}

/** `mayros agents delete <id>`: out of the configuration, with its bindings. Files and conversations stay. */
export async function agentsDelete(
  context: CommandContext,
  agentId: string,
  flags: AgentsDeleteFlags,
): Promise<number> {
  const environment = await context.environment()
  const editing = await editAgents(context)
  const config = validConfig(editing.before, environment)
  const { edits, removedBindings } = explained(() => removalEdits(editing.before.resolved, agentId))
  const id = agentId.toLowerCase()
  const workspace = agentFacts(config, environment).find((agent) => agent.id === id)?.workspace ?? ''
  if (flags.force !== true && flags.yes !== true) await ask(context, id, removedBindings)
  const after = await editing.write(`agents delete ${id}`, () => edits)
  if (context.json) context.printJson({ ok: true, agentId: id, removedBindings, workspace })
  else {
    context.print(`removed agent ${id} and ${plural(removedBindings, 'binding')}`)
    context.print(`its conversations stay, and its files in ${shortPath(workspace, environment.home)}`)
    context.print(await editing.outcome(after))
  }
  return exitCodes.ok
}

async function ask({ deps }: CommandContext, id: string, bindings: number): Promise<void> {
  if (!deps.stdin.isTTY) throw new UsageFailure('nobody can be asked here; add --force')
  deps.stderr.write(`remove agent ${id} and ${plural(bindings, 'binding')}? [y/N] `)
  const answer = await deps.stdin.readLine()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('declined', 'not removed')
}
