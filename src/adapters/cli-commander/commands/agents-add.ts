import { resolve } from 'node:path'
import { additionEdits } from '../../../application/agents/agent-edits.js'
import type { ConfigReading } from '../../../application/ports/config-source.js'
import { modelBehind } from '../../../domain/config/model-alias.js'
import { readModelRef } from '../../../domain/model/model-ref.js'
import { normalizeAgentId } from '../../../domain/session/session-key.js'
import { agentFacts, validConfig } from '../agents/agent-facts.js'
import { editAgents } from '../agents/edit-agents.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

export interface AgentsAddFlags {
  readonly workspace?: string
  readonly model?: string
  /** Accepted for scripts: this command never asks. */
  readonly nonInteractive?: boolean
}

/** `mayros agents add <name>`: an agent with a workspace of its own; its first run makes the files in it. */
export async function agentsAdd(context: CommandContext, name: string, flags: AgentsAddFlags): Promise<number> {
  const environment = await context.environment()
  const editing = await editAgents(context)
  const id = normalizeAgentId(name)
  requireModel(flags.model, editing.before)
  const settings = {
    name: name.trim(),
    model: flags.model,
    workspace: flags.workspace === undefined ? undefined : fullPath(flags.workspace),
  }
  const after = await editing.write(`agents add ${id}`, (resolved) => additionEdits(resolved, id, settings))
  const added = agentFacts(validConfig(after, environment), environment).find((agent) => agent.id === id)
  if (added === undefined) throw new CliFailure('internal', `agent "${id}" was written and is not there`)
  const { workspace, agentDir } = added
  if (context.json) {
    const bindings = { added: [], skipped: [], conflicts: [] }
    context.printJson({ agentId: id, name: added.name, workspace, agentDir, bindings })
  } else {
    context.print(`added agent ${id}, workspace ${shortPath(workspace, environment.home)}`)
    context.print(await editing.outcome(after))
  }
  return exitCodes.ok
}

/** Relative to where the command runs; `~` stays, the file may say it. */
function fullPath(path: string): string {
  return path === '~' || path.startsWith('~/') ? path : resolve(path)
}

function requireModel(word: string | undefined, { config }: ConfigReading): void {
  if (word === undefined || readModelRef(config === null ? word : modelBehind(word, config)) !== null) return
  throw new CliFailure('bad_model', `expected provider/model or an alias, got ${word}; see: mayros models list`)
}
