import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { DoctorFlags } from './commands/doctor.js'
import { examples } from './examples.js'
import { listed } from './option-values.js'

/** `mayros doctor`; the command is loaded when it is called. */
export function addDoctor(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  program
    .command('doctor')
    .description('find what is wrong, and mend it')
    .option('--fix', 'make all repairs without asking')
    .option('--repair', 'same as --fix')
    .option('--yes', 'same as --fix')
    .option('--non-interactive', 'never ask')
    .option('--deep', 'also the database, other services, and live probes')
    .option('--force', 'with --fix: also replace a service file that was edited by hand')
    .option('--generate-gateway-token', 'write a new random token into the configuration')
    .option('--only <id>', 'only this check; may be repeated', listed('--only'))
    .addHelpText('after', examples('mayros doctor', 'mayros doctor --fix --only config.permissions'))
    .action(async (flags: DoctorFlags, command: Command) => {
      const { doctor } = await import('./commands/doctor.js')
      ended(await doctor(contextOf(command), flags))
    })
}
