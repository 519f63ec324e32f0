import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { SessionsChangeFlags } from './commands/sessions-change.js'
import type { SessionsExportFlags } from './commands/sessions-export.js'
import type { SessionsListFlags } from './commands/sessions-list.js'
import { examples } from './examples.js'
import { wholeNumber } from './option-values.js'
import { shared } from './shared-options.js'

/** `mayros sessions ...`; the commands are loaded when they are called. */
export function addSessions(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const sessions = program
    .command('sessions')
    .description('conversations: list, reset, delete, export')
    .usage('[list] [flags] | reset <key> | delete <key> | export <key>')
    .addHelpText('after', examples('mayros sessions --active 60', 'mayros sessions export agent:main:main --json'))

  shared(sessions.command('list', { isDefault: true }))
    .description('conversations, newest first')
    .option('--active <minutes>', 'only those used in this time', wholeNumber('--active', 1))
    .option('--agent <id>', 'only of this agent')
    .option('--limit <n>', 'at most this many', wholeNumber('--limit', 1))
    .option('--offline', 'read the store of this host; no gateway may be running')
    .addHelpText('after', examples('mayros sessions', 'mayros sessions --agent ops --json'))
    .action(async (flags: SessionsListFlags, command: Command) => {
      const { sessionsList } = await import('./commands/sessions-list.js')
      ended(await sessionsList(contextOf(command), flags))
    })

  for (const what of ['reset', 'delete'] as const) {
    shared(sessions.command(what))
      .argument('<key>', 'session key')
      .description(
        what === 'reset' ? 'begin the conversation anew; what was said is archived' : 'remove the conversation',
      )
      .option('--yes', 'do not ask')
      .addHelpText('after', examples(`mayros sessions ${what} agent:main:test`, `mayros sessions ${what} test --yes`))
      .action(async (key: string, flags: SessionsChangeFlags, command: Command) => {
        const { sessionsChange } = await import('./commands/sessions-change.js')
        ended(await sessionsChange(contextOf(command), what, key, flags))
      })
  }

  shared(sessions.command('export'))
    .argument('<key>', 'session key')
    .description('what was said, as Markdown, or as JSON with --json')
    .option('--limit <n>', 'newest messages (1000)', wholeNumber('--limit', 1, 1000))
    .addHelpText('after', examples('mayros sessions export main > main.md', 'mayros sessions export main --json'))
    .action(async (key: string, flags: SessionsExportFlags & SharedFlags, command: Command) => {
      const { sessionsExport } = await import('./commands/sessions-export.js')
      ended(await sessionsExport(contextOf(command), key, flags))
    })
}
