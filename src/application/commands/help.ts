import { commandNamed } from '../../domain/commands/chat-command.js'
import { commandList, helpFor } from '../../domain/commands/command-help.js'
import { type CarryOut, reply } from './command-order.js'

/** `/help [command]` */
export const help: CarryOut = ({ args }) => {
  if (args === '') return reply(`Commands stand alone in a message:\n${commandList()}`)
  const command = commandNamed(args)
  return reply(command === undefined ? `There is no command /${args.replace(/^\//, '')}. Try /help.` : helpFor(command))
}
