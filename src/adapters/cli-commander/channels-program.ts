import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { ChannelsStatusFlags } from './commands/channels-status.js'
import { examples } from './examples.js'
import { shared } from './shared-options.js'

/** `mayros channels ...`; the commands are loaded when they are called. */
export function addChannels(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const channels = program
    .command('channels')
    .description('chat networks: how each account stands')
    .addHelpText('after', examples('mayros channels status --probe', 'mayros channels status --json'))

  shared(channels.command('status'))
    .description('every account, and what is wrong with it')
    .option('--probe', 'ask every network now')
    .addHelpText('after', examples('mayros channels status', 'mayros channels status --probe --json'))
    .action(async (flags: ChannelsStatusFlags, command: Command) => {
      const { channelsStatus } = await import('./commands/channels-status.js')
      ended(await channelsStatus(contextOf(command), flags))
    })
}
