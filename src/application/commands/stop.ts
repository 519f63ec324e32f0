import { type CarryOut, reply } from './command-order.js'

/** `/stop` */
export const stop: CarryOut = ({ session }, { desk }) => {
  const stopped = desk.abort(session.key, undefined, 'stop')
  return reply(stopped.length === 0 ? 'Nothing was running.' : 'Stopped.')
}
