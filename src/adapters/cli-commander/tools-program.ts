import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { ToolsFlags } from './commands/tools.js'
import { examples } from './examples.js'
import { shared } from './shared-options.js'

/** `mayros tools ...`; the commands are loaded when they are called. */
export function addTools(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const tools = program
    .command('tools')
    .description('which tools agents are offered, and why')
    .addHelpText('after', examples('mayros tools list', 'mayros tools explain exec --agent main'))
  whose(tools.command('list'))
    .description('tools of an agent; those that are not offered with what removes them')
    .addHelpText('after', examples('mayros tools list --agent ops', 'mayros tools list --json'))
    .action(async (flags: ToolsFlags, command: Command) => {
      const { toolsList } = await import('./commands/tools.js')
      ended(await toolsList(contextOf(command), flags))
    })
  whose(tools.command('explain'))
    .argument('<tool>')
    .description('the rules that decide about one tool, layer by layer')
    .addHelpText(
      'after',
      examples(
        'mayros tools explain exec --agent main',
        'mayros tools explain write --session agent:main:telegram:group:-100',
      ),
    )
    .action(async (tool: string, flags: ToolsFlags, command: Command) => {
      const { toolsExplain } = await import('./commands/tools.js')
      ended(await toolsExplain(contextOf(command), tool, flags))
    })
}

function whose(command: Command): Command {
  return shared(command)
    .option('--agent <id>', 'tools of this agent (default: the default agent)')
    .option('--session <key>', 'in this session')
    .option('--sender <id>', 'for this sender in the group of the session')
    .option('--owner', 'as if an owner had written')
    .option('--no-owner', 'as if somebody else had written')
}
