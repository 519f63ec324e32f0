import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { SystemEventFlags } from './commands/system.js'
import { examples } from './examples.js'
import { oneOf } from './option-values.js'
import { shared } from './shared-options.js'

/** `mayros system ...`; the commands are loaded when they are called. */
export function addSystem(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const system = program
    .command('system')
    .description('what the gateway tells its agents, and who is connected')
    .addHelpText('after', examples('mayros system presence', 'mayros system event --text "backup finished"'))

  shared(system.command('event'))
    .description('tell the main session of the default agent')
    .requiredOption('--text <text>', 'what happened')
    .option('--mode <when>', 'now, next-heartbeat (default)', oneOf('--mode', ['now', 'next-heartbeat']))
    .addHelpText('after', examples('mayros system event --text "backup finished"', 'mayros system event --help'))
    .action(async (flags: SystemEventFlags, command: Command) => {
      const { systemEvent } = await import('./commands/system.js')
      ended(await systemEvent(contextOf(command), flags))
    })

  shared(system.command('heartbeat'))
    .argument('<what>', 'last, enable, disable', oneOf('heartbeat', ['last', 'enable', 'disable']))
    .description('the last heartbeat, or whether there are any')
    .addHelpText('after', examples('mayros system heartbeat last', 'mayros system heartbeat disable'))
    .action(async (what: 'last' | 'enable' | 'disable', flags: SharedFlags, command: Command) => {
      const { systemHeartbeat } = await import('./commands/system.js')
      ended(await systemHeartbeat(contextOf(command), what, flags))
    })

  shared(system.command('presence'))
    .description('who is connected')
    .addHelpText('after', examples('mayros system presence', 'mayros system presence --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { systemPresence } = await import('./commands/system.js')
      ended(await systemPresence(contextOf(command), flags))
    })
}
