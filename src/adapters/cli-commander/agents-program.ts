import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { AgentsAddFlags } from './commands/agents-add.js'
import type { AgentsDeleteFlags } from './commands/agents-delete.js'
import type { AgentsListFlags } from './commands/agents-list.js'
import type { AgentsRouteFlags } from './commands/agents-route.js'
import type { AgentsIdentityFlags } from './commands/agents-set-identity.js'
import { examples } from './examples.js'
import { listed } from './option-values.js'

/** `mayros agents ...`; the commands are loaded when they are called. */
export function addAgents(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const agents = program
    .command('agents')
    .description('who answers: agents of this configuration')
    .addHelpText('after', examples('mayros agents list --bindings', 'mayros agents add ops --workspace ~/ops'))
  agents
    .command('list')
    .description('agents, their workspaces, models and bindings')
    .option('--bindings', 'also all bindings, in the order in which they are tried')
    .addHelpText('after', examples('mayros agents list', 'mayros agents list --json'))
    .action(async (flags: AgentsListFlags, command: Command) => {
      const { agentsList } = await import('./commands/agents-list.js')
      ended(await agentsList(contextOf(command), flags))
    })
  agents
    .command('add <name>')
    .description('add an agent; its id is made of the name')
    .option('--workspace <dir>', 'its files (default <state dir>/workspace-<id>)')
    .option('--model <ref>', 'provider/model or an alias (default: that of all agents)')
    .option('--non-interactive', 'for scripts; nothing is asked anyway')
    .addHelpText('after', examples('mayros agents add ops', 'mayros agents add ops --model openai/gpt-5.6'))
    .action(async (name: string, flags: AgentsAddFlags, command: Command) => {
      const { agentsAdd } = await import('./commands/agents-add.js')
      ended(await agentsAdd(contextOf(command), name, flags))
    })
  agents
    .command('delete <id>')
    .description('remove an agent and its bindings; files and conversations stay')
    .option('--force', 'do not ask')
    .option('--yes', 'same as --force')
    .addHelpText('after', examples('mayros agents delete ops', 'mayros agents delete ops --force --json'))
    .action(async (id: string, flags: AgentsDeleteFlags, command: Command) => {
      const { agentsDelete } = await import('./commands/agents-delete.js')
      ended(await agentsDelete(contextOf(command), id, flags))
    })
  agents
    .command('route')
    .description('which agent a message would get, in which session, and why')
    .requiredOption('--channel <id>', 'network')
    .requiredOption('--peer <id>', 'who writes; group:<id> or channel:<id> for a chat')
    .option('--account <id>', 'account that receives it (default)')
    .option('--thread <id>', 'thread or topic')
    .option('--guild <id>', 'server on Discord')
    .option('--team <id>', 'workspace on Slack')
    .option('--roles <ids>', 'roles of the sender, with commas', listed('--roles'))
    .addHelpText(
      'after',
      examples(
        'mayros agents route --channel irc --peer ann',
        'mayros agents route --channel irc --peer "channel:#room"',
      ),
    )
    .action(async (flags: AgentsRouteFlags, command: Command) => {
      const { agentsRoute } = await import('./commands/agents-route.js')
      ended(await agentsRoute(contextOf(command), flags))
    })
  agents
    .command('set-identity <id>')
    .description('how an agent shows itself; an empty text takes a value away')
    .option('--name <name>', 'name in chats')
    .option('--theme <text>', 'manner')
    .option('--emoji <emoji>', 'emoji, also for acknowledgements')
    .option('--avatar <image>', 'file in the workspace, http(s) address or data URI')
    .addHelpText(
      'after',
      examples('mayros agents set-identity ops --name Otto', 'mayros agents set-identity main --emoji "🦊"'),
    )
    .action(async (id: string, flags: AgentsIdentityFlags, command: Command) => {
      const { agentsSetIdentity } = await import('./commands/agents-set-identity.js')
      ended(await agentsSetIdentity(contextOf(command), id, flags))
    })
}
