import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { CompletionFlags } from './commands/completion.js'
import { examples } from './examples.js'
import { oneOf } from './option-values.js'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell', 'pwsh']

/** `mayros completion`; the command is loaded when it is called. */
export function addCompletion(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  program
    .command('completion')
    .argument('[shell]', 'bash, zsh, fish, powershell (default: $SHELL)', oneOf('completion', SHELLS))
    .description('script that completes commands and flags')
    .option('--shell <shell>', 'same as the argument', oneOf('--shell', SHELLS))
    .option('--install', 'write it where the shell looks for it')
    .addHelpText('after', examples('source <(mayros completion bash)', 'mayros completion zsh --install'))
    .action(async (shell: string | undefined, flags: CompletionFlags, command: Command) => {
      const { completion } = await import('./commands/completion.js')
      ended(await completion(contextOf(command), program, shell ?? flags.shell, flags))
    })
}
