import type { CarryOut } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/send [on | off | inherit]` */
export const send: CarryOut = (order, parts) =>
  setLevel(order, parts, { name: 'sendPolicy', title: 'Send', standard: parts.config().session.sendPolicy.default })
