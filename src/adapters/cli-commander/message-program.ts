import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { MessageBroadcastFlags, MessageSendFlags } from './commands/message-send.js'
import { examples } from './examples.js'
import { listed } from './option-values.js'
import { shared } from './shared-options.js'

/** `mayros message ...`; the commands are loaded when they are called. */
export function addMessage(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const message = program
    .command('message')
    .description('say something in a chat')
    .addHelpText(
      'after',
      examples('mayros message send --channel irc -t "#room" -m "done"', 'mayros message broadcast --help'),
    )
  content(shared(message.command('send')))
    .description('one message to one chat')
    .requiredOption('-t, --target <chat>', 'as the channel writes it: @name, user:<id>, #room, a number')
    .addHelpText(
      'after',
      examples('mayros message send -t @ann -m "done"', 'uptime | mayros message send --channel irc -t "#room"'),
    )
    .action(async (flags: MessageSendFlags, command: Command) => {
      const { messageSend } = await import('./commands/message-send.js')
      ended(await messageSend(contextOf(command), flags))
    })
  content(shared(message.command('broadcast')))
    .description('the same message to several chats')
    .requiredOption('--targets <chat>', 'may be repeated, or with commas', listed('--targets'))
    .addHelpText(
      'after',
      examples(
        'mayros message broadcast --channel irc --targets "#a,#b" -m "going down"',
        'mayros message broadcast --targets @ann --targets @bob -m "hello" --json',
      ),
    )
    .action(async (flags: MessageBroadcastFlags, command: Command) => {
      const { messageBroadcast } = await import('./commands/message-send.js')
      ended(await messageBroadcast(contextOf(command), flags))
    })
}

function content(command: Command): Command {
  return command
    .option('-m, --message <text>', 'the text; - or no -m reads stdin')
    .option('--media <file>', 'path or URL of a file to send along')
    .option('--channel <id>', 'network; may be missing when there is only one')
    .option('--account <id>', 'account that speaks (default: the first)')
    .option('--reply-to <id>', 'message that is answered')
    .option('--thread-id <id>', 'thread or topic')
    .option('--silent', 'without a sound, where the network can')
    .option('--dry-run', 'only say where it would go')
}
