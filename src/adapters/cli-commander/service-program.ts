import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import { examples } from './examples.js'
import { wholeNumber } from './option-values.js'
import type { DrainFlags } from './service/drain-gateway.js'
import type { GatewayInstallFlags } from './service/gateway-install.js'
import type { ServiceFlags } from './service/service-command.js'

/** Longer than an hour nobody waits for a command. */
const seconds = (flag: string) => wholeNumber(flag, 0, 3600)

const SYSTEM = ['--system', 'a service of the system instead of this account (systemd; needs root)'] as const

/** `mayros gateway install|uninstall|start|stop|restart`. */
export function addService(
  gateway: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  gateway
    .command('install')
    .description('have systemd or launchd run the gateway')
    .option('--force', 'write the service file anew, whatever is in it')
    .option('--port <1-65535>', 'pin the port; else the configuration says it', wholeNumber('--port', 1, 65_535))
    .option('--token <token>', 'store this token in the configuration; - reads it from stdin')
    .option('--runtime <name>', 'node')
    .option('--save-env', 'save variables that only this shell has in <state dir>/.env')
    .option('--no-start', 'do not start it now')
    .option('--no-linger', 'do not have it go on after logout')
    .option('--dry-run', 'print the service file and change nothing')
    .option(...SYSTEM)
    .addHelpText('after', examples('mayros gateway install', 'mayros --profile work gateway install --dry-run'))
    .action(async (flags: GatewayInstallFlags, command: Command) => {
      const { gatewayInstall } = await import('./service/gateway-install.js')
      ended(await gatewayInstall(contextOf(command), flags))
    })

  gateway
    .command('uninstall')
    .description('stop and remove the service; state and config stay')
    .option(...SYSTEM)
    .addHelpText('after', examples('mayros gateway uninstall', 'mayros --profile work gateway uninstall'))
    .action(async (flags: ServiceFlags, command: Command) => {
      const { gatewayUninstall } = await import('./service/gateway-uninstall.js')
      ended(await gatewayUninstall(contextOf(command), flags))
    })

  gateway
    .command('start')
    .description('start the service')
    .option(...SYSTEM)
    .addHelpText('after', examples('mayros gateway start', 'mayros gateway start --json'))
    .action(async (flags: ServiceFlags, command: Command) => {
      const { gatewayStart } = await import('./service/gateway-start.js')
      ended(await gatewayStart(contextOf(command), flags))
    })

  gateway
    .command('stop')
    .description('stop the service, or the gateway that runs without one')
    .option('--drain <s>', 'let runs come to their end first, at most this many seconds (0)', seconds('--drain'))
    .option(...SYSTEM)
    .addHelpText('after', examples('mayros gateway stop', 'mayros gateway stop --drain 60'))
    .action(async (flags: ServiceFlags & DrainFlags, command: Command) => {
      const { gatewayStop } = await import('./service/gateway-stop.js')
      ended(await gatewayStop(contextOf(command), flags))
    })

  gateway
    .command('restart')
    .description('restart the service, or the gateway that runs without one')
    .option('--drain <s>', 'let runs come to their end first, at most this many seconds (30)', seconds('--drain'))
    .option(...SYSTEM)
    .addHelpText('after', examples('mayros gateway restart', 'mayros gateway restart --drain 0'))
    .action(async (flags: ServiceFlags & DrainFlags, command: Command) => {
      const { gatewayRestart } = await import('./service/gateway-restart.js')
      ended(await gatewayRestart(contextOf(command), flags))
    })
}
