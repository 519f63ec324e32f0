import { CHAT_COMMANDS, type ChatCommand } from './chat-command.js'

/** Everything there is to say about one command. */
export function helpFor(command: ChatCommand): string {
  const also = command.aliases.length === 0 ? [] : [`Also: ${command.aliases.map((alias) => `/${alias}`).join(', ')}`]
  const owner = command.for === 'owner' ? ['Only for the owner of this gateway.'] : []
  return [commandLine(command), ...also, ...owner].join('\n')
}

/** One line per command. */
export function commandList(): string {
  return CHAT_COMMANDS.map(commandLine).join('\n')
}

function commandLine({ name, takes, about }: ChatCommand): string {
  return `/${name}${takes === '' ? '' : ` ${takes}`} - ${about}`
}
