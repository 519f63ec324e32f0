import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { UpdateStatusFlags } from './commands/update-status.js'
import { examples } from './examples.js'
import { wholeNumber } from './option-values.js'

/** `mayros update`. */
export function addUpdate(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const update = program
    .command('update')
    .description('whether there is a newer version')
    .addHelpText('after', examples('mayros update status', 'mayros update status --json'))

  update
    .command('status')
    .description('installed and newest version; updating is left to the package manager')
    .option('--timeout <s>', 'seconds to wait for the package registry (3)', wholeNumber('--timeout', 1, 60))
    .addHelpText('after', examples('mayros update status', 'mayros update status --json'))
    .action(async (flags: UpdateStatusFlags, command: Command) => {
      const { updateStatus } = await import('./commands/update-status.js')
      ended(await updateStatus(contextOf(command), flags))
    })
}
