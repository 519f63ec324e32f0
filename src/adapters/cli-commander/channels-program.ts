import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { ChannelsAddFlags } from './commands/channels-add.js'
import type { DeadLetterFlags } from './commands/channels-dead-letters.js'
import type { ChannelsLookFlags } from './commands/channels-look.js'
import type { ChannelsRemoveFlags } from './commands/channels-remove.js'
import type { ChannelsStatusFlags } from './commands/channels-status.js'
import type { ChannelAccountFlags } from './commands/channels-switch.js'
import type { LogsFlags } from './commands/logs.js'
import { examples } from './examples.js'
import { listed, wholeNumber } from './option-values.js'
import { shared } from './shared-options.js'

/** `mayros channels ...`; the commands are loaded when they are called. */
export function addChannels(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const channels = program
    .command('channels')
    .description('chat networks: accounts, and how each of them stands')
    .addHelpText('after', examples('mayros channels status --probe', 'mayros channels status --json'))

  shared(channels.command('status'))
    .description('every account, and what is wrong with it')
    .option('--probe', 'ask every network now')
    .addHelpText('after', examples('mayros channels status', 'mayros channels status --probe --json'))
    .action(async (flags: ChannelsStatusFlags, command: Command) => {
      const { channelsStatus } = await import('./commands/channels-status.js')
      ended(await channelsStatus(contextOf(command), flags))
    })

  addEditing(channels, contextOf, ended)
  addSwitches(channels, contextOf, ended)
  addLooks(channels, contextOf, ended)
}

type ContextOf = (command: Command) => CommandContext
type Ended = (exitCode: number) => void

function addEditing(channels: Command, contextOf: ContextOf, ended: Ended): void {
  channels
    .command('list')
    .description('configured accounts, and where each credential comes from')
    .addHelpText('after', examples('mayros channels list', 'mayros channels list --json'))
    .action(async (_flags: object, command: Command) => {
      const { channelsList } = await import('./commands/channels-list.js')
      ended(await channelsList(contextOf(command)))
    })
  channels
    .command('add')
    .description('an account in the configuration; asks when it is told nothing')
    .option('--channel <id>', 'telegram, irc, webhook, discord, slack')
    .option('--account <id>', 'name of the account (default)')
    .option('--name <text>', 'name for people')
    .option('--token <secret>', 'token of the bot; - reads it from stdin')
    .option('--bot-token <secret>', 'same as --token')
    .option('--app-token <secret>', 'token of the app (slack)')
    .option('--token-file <path>', 'file that contains the token (telegram)')
    .option('--host <name>', 'server (irc)')
    .option('--port <n>', 'port of the server (irc)', wholeNumber('--port', 1, 65_535))
    .option('--no-tls', 'speak to the server without TLS (irc)')
    .option('--nick <name>', 'nickname (irc)')
    .option('--join <rooms>', 'rooms to join, with commas (irc)', listed('--join'))
    .option('--server-password <secret>', 'password of the server (irc)')
    .option('--secret <secret>', 'signs requests in both directions (webhook)')
    .option('--reply-url <url>', 'address that answers are posted to (webhook)')
    .option('--use-env', 'credentials are variables of the environment')
    .option('--no-verify', 'do not ask the network first')
    .addHelpText(
      'after',
      examples(
        'mayros channels add --channel telegram --token -',
        'mayros channels add --channel irc --host irc.libera.chat --nick mayros --join "#room"',
      ),
    )
    .action(async (flags: ChannelsAddFlags, command: Command) => {
      const { channelsAdd } = await import('./commands/channels-add.js')
      ended(await channelsAdd(contextOf(command), flags))
    })
  channels
    .command('remove')
    .description('switch an account off')
    .requiredOption('--channel <id>', 'network')
    .option('--account <id>', 'account (default)')
    .option('--delete', 'remove its settings too')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('mayros channels remove --channel irc', 'mayros channels remove --channel irc --delete'),
    )
    .action(async (flags: ChannelsRemoveFlags, command: Command) => {
      const { channelsRemove } = await import('./commands/channels-remove.js')
      ended(await channelsRemove(contextOf(command), flags))
    })
}

function addSwitches(channels: Command, contextOf: ContextOf, ended: Ended): void {
  const verbs = {
    start: 'start an account that was stopped',
    stop: 'end an account',
    restart: 'end and start it',
  } as const
  for (const what of ['start', 'stop', 'restart'] as const) {
    account(channels.command(what))
      .description(`${verbs[what]}, of the running gateway`)
      .addHelpText(
        'after',
        examples(`mayros channels ${what} --channel irc`, `mayros channels ${what} --channel irc --account work`),
      )
      .action(async (flags: ChannelAccountFlags, command: Command) => {
        const { channelsSwitch } = await import('./commands/channels-switch.js')
        ended(await channelsSwitch(contextOf(command), what, flags))
      })
  }
  account(channels.command('logout'))
    .description('forget what was linked, on networks where something is')
    .addHelpText(
      'after',
      examples('mayros channels logout --channel whatsapp', 'mayros channels logout --channel whatsapp --json'),
    )
    .action(async (flags: ChannelAccountFlags, command: Command) => {
      const { channelsLogout } = await import('./commands/channels-switch.js')
      ended(await channelsLogout(contextOf(command), flags))
    })
  channels
    .command('login')
    .description('link an account by hand, on networks where that is done')
    .requiredOption('--channel <id>', 'network')
    .addHelpText('after', examples('mayros channels login --channel whatsapp', 'mayros channels add --help'))
    .action(async (flags: { channel: string }) => {
      const { channelsLogin } = await import('./commands/channels-switch.js')
      await channelsLogin(flags)
    })
}

function addLooks(channels: Command, contextOf: ContextOf, ended: Ended): void {
  look(channels.command('capabilities'))
    .description('what each account can do on its network')
    .addHelpText('after', examples('mayros channels capabilities', 'mayros channels capabilities --channel irc --json'))
    .action(async (flags: ChannelsLookFlags, command: Command) => {
      const { channelsCapabilities } = await import('./commands/channels-look.js')
      ended(await channelsCapabilities(contextOf(command), flags))
    })
  look(channels.command('resolve'))
    .argument('<name...>')
    .description('how names of chats are read')
    .addHelpText(
      'after',
      examples('mayros channels resolve --channel irc "#room" ann', 'mayros channels resolve @ann --json'),
    )
    .action(async (names: readonly string[], flags: ChannelsLookFlags, command: Command) => {
      const { channelsResolve } = await import('./commands/channels-look.js')
      ended(await channelsResolve(contextOf(command), names, flags))
    })
  shared(channels.command('dead-letters'))
    .description('answers that were given up, newest first')
    .option('--limit <n>', 'at most so many (20)', wholeNumber('--limit', 1, 1000))
    .option('--resend <id>', 'send what the network does not have of this one once more')
    .addHelpText('after', examples('mayros channels dead-letters', 'mayros channels dead-letters --json'))
    .action(async (flags: DeadLetterFlags, command: Command) => {
      const { channelsDeadLetters } = await import('./commands/channels-dead-letters.js')
      ended(await channelsDeadLetters(contextOf(command), flags))
    })
  shared(channels.command('logs'))
    .description('what the log says about channels')
    .option('--channel <id>', 'only this network')
    .option('--lines <n>', 'newest lines (200)', wholeNumber('--lines', 1, 5000))
    .option('-f, --follow', 'go on')
    .addHelpText(
      'after',
      examples('mayros channels logs --channel irc --follow', 'mayros channels logs --lines 50 --json'),
    )
    .action(async (flags: LogsFlags & { channel?: string; lines?: number }, command: Command) => {
      const { logs } = await import('./commands/logs.js')
      const { channel, lines, ...others } = flags
      const subsystem = channel === undefined ? 'channels' : `channels/${channel}`
      ended(await logs(contextOf(command), { ...others, subsystem, ...(lines === undefined ? {} : { limit: lines }) }))
    })
}

/** One account of a network. */
function account(command: Command): Command {
  return shared(command).requiredOption('--channel <id>', 'network').option('--account <id>', 'account (the first)')
}

/** All accounts, or those that are named. */
function look(command: Command): Command {
  return shared(command).option('--channel <id>', 'only this network').option('--account <id>', 'only this account')
}
