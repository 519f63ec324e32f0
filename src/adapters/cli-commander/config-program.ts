import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { ConfigGetFlags } from './commands/config-get.js'
import type { ConfigSetFlags, ConfigWriteFlags } from './commands/config-set.js'
import { examples } from './examples.js'
import { wholeNumber } from './option-values.js'

/** `mayros config ...`; the commands are loaded when they are called. */
export function addConfig(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const config = program
    .command('config')
    .description('read and change the configuration')
    .addHelpText('after', examples('mayros config get gateway.port', 'mayros config set gateway.port 18800'))
  addReading(config, contextOf, ended)
  addWriting(config, contextOf, ended)
  addPast(config, contextOf, ended)
}

type ContextOf = (command: Command) => CommandContext
type Ended = (exitCode: number) => void

const DRY_RUN = ['--dry-run', 'show what would change and how it would be applied'] as const

function addReading(config: Command, contextOf: ContextOf, ended: Ended): void {
  config
    .command('get <path>')
    .description('the value that counts; secrets are hidden')
    .option('--reveal', 'show secrets')
    .option('--origin', 'also where it comes from')
    .addHelpText(
      'after',
      examples('mayros config get gateway.port --origin', "mayros config get 'agents.list[id=ops].model'"),
    )
    .action(async (path: string, flags: ConfigGetFlags, command: Command) => {
      const { configGet } = await import('./commands/config-get.js')
      ended(await configGet(contextOf(command), path, flags))
    })
  config
    .command('validate [file]')
    .description('valid, or everything that is wrong')
    .addHelpText('after', examples('mayros config validate', 'mayros config validate ./new.json5'))
    .action(async (file: string | undefined, _flags: object, command: Command) => {
      const { configValidate } = await import('./commands/config-check.js')
      ended(await configValidate(contextOf(command), file))
    })
  config
    .command('file')
    .description('path of the file')
    .addHelpText('after', examples('mayros config file', 'mayros --dev config file --json'))
    .action(async (_flags: object, command: Command) => {
      const { configFile } = await import('./commands/config-check.js')
      ended(await configFile(contextOf(command)))
    })
  config
    .command('schema')
    .description('JSON Schema of the file, for editors')
    .addHelpText('after', examples('mayros config schema > mayros.schema.json', 'mayros config schema | less'))
    .action(async (_flags: object, command: Command) => {
      const { configSchema } = await import('./commands/config-check.js')
      ended(await configSchema(contextOf(command)))
    })
}

function addWriting(config: Command, contextOf: ContextOf, ended: Ended): void {
  config
    .command('set <path> <value>')
    .description('change one value; JSON5, else taken as text')
    .option('--strict-json', 'refuse a value that is not JSON5')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      examples('mayros config set gateway.port 18800', 'mayros config set session.scope global --dry-run'),
    )
    .action(async (path: string, value: string, flags: ConfigSetFlags, command: Command) => {
      const { configSet } = await import('./commands/config-set.js')
      ended(await configSet(contextOf(command), path, value, flags))
    })
  config
    .command('unset <path>')
    .description('remove one value')
    .option(...DRY_RUN)
    .addHelpText('after', examples('mayros config unset gateway.port', 'mayros config unset gateway.auth --dry-run'))
    .action(async (path: string, flags: ConfigWriteFlags, command: Command) => {
      const { configUnset } = await import('./commands/config-set.js')
      ended(await configUnset(contextOf(command), path, flags))
    })
}

function addPast(config: Command, contextOf: ContextOf, ended: Ended): void {
  const version = wholeNumber('<n>', 1)
  config
    .command('history')
    .description('what the configuration said before')
    .addHelpText('after', examples('mayros config history', 'mayros config history --json'))
    .action(async (_flags: object, command: Command) => {
      const { configHistory } = await import('./commands/config-history.js')
      ended(await configHistory(contextOf(command)))
    })
  config
    .command('diff')
    .argument('[n]', 'number in the history (1)', version)
    .description('what was changed since then')
    .addHelpText('after', examples('mayros config diff', 'mayros config diff 3'))
    .action(async (n: number | undefined, _flags: object, command: Command) => {
      const { configDiff } = await import('./commands/config-history.js')
      ended(await configDiff(contextOf(command), n ?? 1))
    })
  config
    .command('rollback')
    .alias('restore')
    .argument('<n>', 'number in the history', version)
    .description('write an older text')
    .option(...DRY_RUN)
    .addHelpText('after', examples('mayros config rollback 1', 'mayros config rollback 2 --dry-run'))
    .action(async (n: number, flags: ConfigWriteFlags, command: Command) => {
      const { configRollback } = await import('./commands/config-history.js')
      ended(await configRollback(contextOf(command), n, flags))
    })
}
