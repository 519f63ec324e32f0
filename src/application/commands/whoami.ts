import { type CarryOut, reply } from './command-order.js'

/** `/whoami` */
export const whoami: CarryOut = ({ message: { sender }, session }) =>
  reply(
    [
      `You: ${sender.id ?? 'unknown'}`,
      `Channel: ${sender.channel ?? 'gateway'}`,
      `Owner: ${sender.isOwner ? 'yes' : 'no'}`,
      `Session: ${session.key}`,
    ].join('\n'),
  )
