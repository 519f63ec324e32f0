import { type Prompts, PromptsCancelled } from '../../../application/ports/prompts.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'

/**
 * Talks with whoever sits at the terminal.
 * @throws UsageFailure where nobody does; CliFailure `cancelled` when the person goes away
 */
export async function withPerson(
  context: CommandContext,
  command: string,
  talk: (prompts: Prompts) => Promise<number>,
): Promise<number> {
  const { stdin, stderr } = context.deps
  if (!stdin.isTTY || !stderr.isTTY || context.json) {
    throw new UsageFailure(`mayros ${command} asks questions and nobody can be asked here; add --non-interactive`)
  }
  try {
    return await talk(await context.deps.openPrompts())
  } catch (thrown) {
    if (!(thrown instanceof PromptsCancelled)) throw thrown
    const exitCode = exitCodes.interrupted
    throw new CliFailure('cancelled', 'cancelled; nothing was written', { exitCode, cause: thrown })
  }
}
