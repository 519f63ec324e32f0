import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { DevicesApproveFlags } from './commands/devices-approve.js'
import type { DevicesRevokeFlags, DevicesRotateFlags } from './commands/devices-tokens.js'
import { examples } from './examples.js'
import { listed, oneOf } from './option-values.js'
import { shared } from './shared-options.js'

/** `mayros devices ...`; the commands are loaded when they are called. */
export function addDevices(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const devices = program
    .command('devices')
    .description('who may connect: devices that wait and devices that are paired')
    .addHelpText('after', examples('mayros devices list', 'mayros devices approve 3f2a'))
  addPairing(devices, contextOf, ended)
  addTokens(devices, contextOf, ended)
}

type ContextOf = (command: Command) => CommandContext
type Ended = (exitCode: number) => void

function addPairing(devices: Command, contextOf: ContextOf, ended: Ended): void {
  shared(devices.command('list'))
    .description('waiting and paired devices')
    .addHelpText('after', examples('mayros devices list', 'mayros devices list --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { devicesList } = await import('./commands/devices-list.js')
      ended(await devicesList(contextOf(command), flags))
    })
  shared(devices.command('approve'))
    .argument('[requestId]', 'id of a waiting device, or its beginning')
    .description('let a waiting device in; shows first what it gets')
    .option('--latest', 'the newest request; asks, or --yes')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('mayros devices approve 3f2a', 'mayros devices approve --latest --yes'))
    .action(async (id: string | undefined, flags: DevicesApproveFlags, command: Command) => {
      const { devicesApprove } = await import('./commands/devices-approve.js')
      ended(await devicesApprove(contextOf(command), id, flags))
    })
  shared(devices.command('reject'))
    .argument('<requestId>', 'id of a waiting device, or its beginning')
    .description('turn a waiting device down')
    .addHelpText('after', examples('mayros devices reject 3f2a', 'mayros devices reject 3f2a --json'))
    .action(async (id: string, flags: SharedFlags, command: Command) => {
      const { devicesReject } = await import('./commands/devices-end.js')
      ended(await devicesReject(contextOf(command), id, flags))
    })
  shared(devices.command('remove'))
    .argument('<deviceId>', 'id of a paired device, or its beginning')
    .description('forget a paired device and close its connections')
    .addHelpText('after', examples('mayros devices remove 9b1c44', 'mayros devices remove 9b1c44 --json'))
    .action(async (id: string, flags: SharedFlags, command: Command) => {
      const { devicesRemove } = await import('./commands/devices-end.js')
      ended(await devicesRemove(contextOf(command), id, flags))
    })
}

function addTokens(devices: Command, contextOf: ContextOf, ended: Ended): void {
  token(devices.command('rotate'))
    .description('replace the token of a device; prints the new one, once')
    .option('--scope <scope>', 'only these scopes; may be repeated', listed('--scope'))
    .option('--yes', 'also scopes that the token does not have yet')
    .addHelpText(
      'after',
      examples(
        'mayros devices rotate --device 9b1c44 --role operator',
        'mayros devices rotate --device 9b1c44 --role operator --scope operator.read',
      ),
    )
    .action(async (flags: DevicesRotateFlags, command: Command) => {
      const { devicesRotate } = await import('./commands/devices-tokens.js')
      ended(await devicesRotate(contextOf(command), flags))
    })
  token(devices.command('revoke'))
    .description('make the token of a device invalid and close its connections')
    .addHelpText(
      'after',
      examples(
        'mayros devices revoke --device 9b1c44 --role node',
        'mayros devices revoke --device 9b1c44 --role operator --json',
      ),
    )
    .action(async (flags: DevicesRevokeFlags, command: Command) => {
      const { devicesRevoke } = await import('./commands/devices-tokens.js')
      ended(await devicesRevoke(contextOf(command), flags))
    })
}

function token(command: Command): Command {
  return shared(command)
    .requiredOption('--device <id>', 'id of the device, or its beginning')
    .requiredOption('--role <role>', 'operator, node', oneOf('--role', ['operator', 'node']))
}
