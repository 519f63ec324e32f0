import { AgentFailure } from '../../../application/agents/agent-failure.js'
import type { ConfigEdit, ConfigReading, ConfigWritten } from '../../../application/ports/config-source.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { explainWrite } from '../config/config-report.js'
import { outcomeLine, planOf } from '../config/what-follows.js'

/** The configuration file, for a command that changes agents in it. */
export interface AgentEditing {
  readonly before: ConfigReading
  /** @throws CliFailure for what no configuration can have */
  write(actor: string, plan: (resolved: unknown) => readonly ConfigEdit[]): Promise<ConfigWritten>
  /** What the running gateway, if there is one, makes of it. */
  outcome(after: ConfigWritten): Promise<string>
}

export async function editAgents(context: CommandContext): Promise<AgentEditing> {
  const { source } = await context.deps.openConfig(await context.environment())
  const before = await source.read()
  return {
    before,
    write: async (actor, plan) => {
      const edits = explained(() => plan(before.resolved))
      const origin = { source: 'cli', actor } as const
      const after = await source.edit(edits, { baseHash: before.hash, origin }).catch((thrown: unknown) => {
        throw explainWrite(thrown)
      })
      for (const anomaly of after.anomalies) context.note(`warning: config write anomaly: ${anomaly}`)
      return after
    },
    outcome: async (after) =>
      after.written.length === 0 ? 'nothing to change' : outcomeLine(context, planOf(before, after), after),
  }
}

/** Failures of agents in the words of a command. */
export function explained<Result>(plan: () => Result): Result {
  try {
    return plan()
  } catch (thrown) {
    if (!(thrown instanceof AgentFailure)) throw thrown
    throw new CliFailure(thrown.code.replaceAll('-', '_'), thrown.message, {
      notes: [{ label: 'fix', text: 'see: mayros agents list' }],
      cause: thrown,
    })
  }
}
