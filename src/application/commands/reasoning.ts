import type { CarryOut } from './command-order.js'
import { setLevel } from './set-level.js'

/** `/reasoning [level]` */
export const reasoning: CarryOut = (order, parts) =>
  setLevel(order, parts, { name: 'reasoningLevel', title: 'Reasoning', standard: 'off' })
