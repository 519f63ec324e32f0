import { invalidRequest } from '../../domain/protocol/refusal.js'
import { type CarryOut, reply } from './command-order.js'

/** Time for the answer to arrive, in milliseconds. */
const DELAY_MS = 2_000

/** `/restart` */
export const restart: CarryOut = async (_order, { config, reload }) => {
  if (!config().commands.restart) throw invalidRequest('Restarting by message is switched off (commands.restart).')
  const reloading = reload()
  if (reloading === null) throw invalidRequest('This gateway cannot restart itself.')
  const scheduled = await reloading.restartNow(DELAY_MS)
  if (scheduled === null)
    return reply('The gateway could not start with its configuration as it is; it goes on running.')
  return reply(`The gateway restarts in ${Math.ceil(scheduled.delayMs / 1000)} s.`)
}
