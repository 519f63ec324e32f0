import type { CommandPattern } from './command-pattern.js'
import type { FilterRules } from './safe-filters.js'

/** Which commands may run: none, those on the allow list, all. Strictest first. */
export const EXEC_SECURITIES = ['deny', 'allowlist', 'full'] as const
/** When somebody is asked: never, when a command is not on the list, always. Least careful first. */
export const EXEC_ASKS = ['off', 'on-miss', 'always'] as const

export type ExecSecurity = (typeof EXEC_SECURITIES)[number]
export type ExecAsk = (typeof EXEC_ASKS)[number]

/** An entry of an allow list, ready to be compared. */
export interface AllowedCommand {
  readonly id: string
  readonly pattern: CommandPattern
}

/** By what a command is judged. */
export interface ExecRules {
  readonly security: ExecSecurity
  readonly ask: ExecAsk
  /** What counts when nobody answers. */
  readonly askFallback: ExecSecurity
  readonly allowlist: readonly AllowedCommand[]
  readonly filters: FilterRules
}

/** The stricter of two. */
export function stricterSecurity(a: ExecSecurity, b: ExecSecurity): ExecSecurity {
  return EXEC_SECURITIES[Math.min(EXEC_SECURITIES.indexOf(a), EXEC_SECURITIES.indexOf(b))] as ExecSecurity
}

/** The more careful of two. */
export function moreCarefulAsk(a: ExecAsk, b: ExecAsk): ExecAsk {
  return EXEC_ASKS[Math.max(EXEC_ASKS.indexOf(a), EXEC_ASKS.indexOf(b))] as ExecAsk
}
