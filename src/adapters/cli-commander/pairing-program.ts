import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { PairingCodeFlags } from './commands/pairing.js'
import { examples } from './examples.js'
import { shared } from './shared-options.js'

/** `mayros pairing ...`; the commands are loaded when they are called. */
export function addPairing(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const pairing = program
    .command('pairing')
    .description('who may write to agents through chat channels')
    .addHelpText('after', examples('mayros pairing list', 'mayros pairing approve telegram K7QX2MPA'))
  shared(pairing.command('list'))
    .argument('[channel]', 'only this channel')
    .description('senders that wait, with their codes')
    .addHelpText('after', examples('mayros pairing list', 'mayros pairing list irc --json'))
    .action(async (channel: string | undefined, flags: SharedFlags, command: Command) => {
      const { pairingList } = await import('./commands/pairing.js')
      ended(await pairingList(contextOf(command), channel, flags))
    })
  withCode(pairing.command('approve'))
    .description('let a sender in; direct messages only')
    .option('--notify', 'tell the sender')
    .addHelpText('after', examples('mayros pairing approve irc K7QX2MPA', 'mayros pairing approve K7QX2MPA --notify'))
    .action(async (first: string, second: string | undefined, flags: PairingCodeFlags, command: Command) => {
      const { pairingApprove } = await import('./commands/pairing.js')
      ended(await pairingApprove(contextOf(command), first, second, flags))
    })
  withCode(pairing.command('reject'))
    .description('turn a sender down; the sender may ask again')
    .addHelpText('after', examples('mayros pairing reject irc K7QX2MPA', 'mayros pairing reject K7QX2MPA --json'))
    .action(async (first: string, second: string | undefined, flags: PairingCodeFlags, command: Command) => {
      const { pairingReject } = await import('./commands/pairing.js')
      ended(await pairingReject(contextOf(command), first, second, flags))
    })
  shared(pairing.command('revoke'))
    .argument('<channel>')
    .argument('<id>', 'the sender, as pairing list shows it')
    .description('take an approval back')
    .option('--account <id>', 'only on this account')
    .addHelpText('after', examples('mayros pairing revoke irc ann', 'mayros pairing revoke irc ann --account work'))
    .action(async (channel: string, id: string, flags: PairingCodeFlags, command: Command) => {
      const { pairingRevoke } = await import('./commands/pairing.js')
      ended(await pairingRevoke(contextOf(command), channel, id, flags))
    })
}

function withCode(command: Command): Command {
  return shared(command)
    .argument('<channel or code>')
    .argument('[code]', 'what the sender was told')
    .option('--account <id>', 'only on this account')
}
