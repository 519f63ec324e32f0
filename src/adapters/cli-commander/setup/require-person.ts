import type { Prompts } from '../../../application/ports/prompts.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'

/**
 * Questions to whoever sits at the terminal.
 * @throws UsageFailure where nobody does
 */
export async function requirePerson(context: CommandContext, command: string): Promise<Prompts> {
  const { stdin, stderr } = context.deps
  if (stdin.isTTY && stderr.isTTY && !context.json) return context.deps.openPrompts()
  throw new UsageFailure(`mayros ${command} asks questions and nobody can be asked here; add --non-interactive`)
}
