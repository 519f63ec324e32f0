import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { DashboardFlags } from './commands/dashboard.js'
import { examples } from './examples.js'
import { shared } from './shared-options.js'

/** `mayros dashboard`. */
export function addDashboard(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  shared(program.command('dashboard'))
    .description('address of the Control UI, with a token for one login')
    .option('--no-open', 'only print it')
    .addHelpText('after', examples('mayros dashboard', 'mayros dashboard --no-open'))
    .action(async (flags: DashboardFlags, command: Command) => {
      const { dashboard } = await import('./commands/dashboard.js')
      ended(await dashboard(contextOf(command), flags))
    })
}
