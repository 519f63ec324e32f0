import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { SecurityLogFlags } from './commands/security-log.js'
import { examples } from './examples.js'
import { listed, wholeNumber } from './option-values.js'

/** `mayros security ...`; the commands are loaded when they are called. They need no gateway. */
export function addSecurity(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const security = program
    .command('security')
    .description('look for weak places, and at who came in')
    .addHelpText('after', examples('mayros security audit', 'mayros security log --since 1h'))
  security
    .command('audit')
    .description('settings and files that let in more than they should')
    .option('--deep', 'also look at the running gateway')
    .option('--fix', 'mend what can be mended safely')
    .addHelpText('after', examples('mayros security audit', 'mayros security audit --fix'))
    .action(async (flags: { readonly deep?: boolean; readonly fix?: boolean }, command: Command) => {
      const { securityAudit } = await import('./commands/security-audit.js')
      ended(await securityAudit(contextOf(command), flags))
    })
  security
    .command('log')
    .description('who came in, who was refused, what was changed; on this host')
    .option('--limit <n>', 'newest entries (100)', wholeNumber('--limit', 1, 10_000))
    .option('--since <when>', 'not older than 30m, 2h, 7d, or than an ISO 8601 time')
    .option('--event <name>', 'only these events; may be repeated', listed('--event'))
    .option('--device <id>', 'only this device; the beginning of its id is enough')
    .option('--address <ip>', 'only this address')
    .addHelpText('after', examples('mayros security log --since 1h', 'mayros security log --event refused --json'))
    .action(async (flags: SecurityLogFlags, command: Command) => {
      const { securityLog } = await import('./commands/security-log.js')
      ended(await securityLog(contextOf(command), flags))
    })
}
