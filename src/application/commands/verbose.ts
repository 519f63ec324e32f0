import type { CarryOut } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/verbose [level]` */
export const verbose: CarryOut = (order, parts) =>
  setLevel(order, parts, {
    name: 'verboseLevel',
    title: 'Verbose',
    standard: parts.config().agents.defaults.verboseDefault ?? 'off',
  })
