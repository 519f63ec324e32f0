import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { ConfigWriteFlags } from './commands/config-set.js'
import type { ModelsListFlags } from './commands/models-list.js'
import type { ModelsStatusFlags } from './commands/models-status.js'
import { examples } from './examples.js'
import { shared } from './shared-options.js'

/** `mayros models ...`; the commands are loaded when they are called. */
export function addModels(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const models = program
    .command('models')
    .description('which models answer, and with which keys')
    .addHelpText('after', examples('mayros models list', 'mayros models set anthropic/claude-sonnet-5'))
  shared(models.command('list'))
    .description('models that may be chosen')
    .option('--all', 'also those that may not')
    .option('--provider <id>', 'only models of this provider')
    .option('--plain', 'references only, one a line')
    .addHelpText('after', examples('mayros models list', 'mayros models list --all --json'))
    .action(async (flags: ModelsListFlags, command: Command) => {
      const { modelsList } = await import('./commands/models-list.js')
      ended(await modelsList(contextOf(command), flags))
    })
  shared(models.command('status'))
    .description('default, fallbacks, and the keys of each provider')
    .option('--check', 'exit 1 when a key is missing that is needed')
    .option('--plain', 'the default model only')
    .addHelpText('after', examples('mayros models status', 'mayros models status --check --json'))
    .action(async (flags: ModelsStatusFlags, command: Command) => {
      const { modelsStatus } = await import('./commands/models-status.js')
      ended(await modelsStatus(contextOf(command), flags))
    })
  models
    .command('set <ref>')
    .description('change the default model')
    .option('--dry-run', 'show what would change and how it would be applied')
    .addHelpText('after', examples('mayros models set openai/gpt-5.6', 'mayros models set fast --dry-run'))
    .action(async (ref: string, flags: ConfigWriteFlags, command: Command) => {
      const { modelsSet } = await import('./commands/models-set.js')
      ended(await modelsSet(contextOf(command), ref, flags))
    })
}
