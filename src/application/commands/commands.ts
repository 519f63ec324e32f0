import { commandList } from '../../domain/commands/command-help.js'
import { type CarryOut, reply } from './command-order.js'

/** `/commands` */
export const commands: CarryOut = () => reply(commandList())
