import type { RunnerFailureCode } from '../../application/ports/agent-runner.js'

/** One thing a scripted answer does. */
export type ScriptStep =
  | { readonly kind: 'text' | 'thinking'; readonly delta: string }
  | {
      readonly kind: 'tool'
      readonly name: string
      readonly args: unknown
      readonly result: unknown
      readonly isError: boolean
    }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: unknown
      readonly id?: string
      readonly problem?: string
    }
  | { readonly kind: 'wait'; readonly until: number | PromiseLike<unknown> }
  | { readonly kind: 'hang' }
  | { readonly kind: 'fail'; readonly code: RunnerFailureCode; readonly message: string }

/** Words to write scripts with. */
export const step = {
  /** Says this, in one delta. */
  text: (delta: string): ScriptStep => ({ kind: 'text', delta }),
  thinking: (delta: string): ScriptStep => ({ kind: 'thinking', delta }),
  /** Plays a tool of its own that gives this result. */
  tool: (name: string, args: unknown, result: unknown, isError = false): ScriptStep => ({
    kind: 'tool',
    name,
    args,
    result,
    isError,
  }),
  /** Asks whoever called the model for a tool. The answer then finishes with `toolUse`. */
  call: (
    name: string,
    args: unknown = {},
    more: { readonly id?: string; readonly problem?: string } = {},
  ): ScriptStep => ({ kind: 'call', name, args, ...more }),
  /** Goes on after so many milliseconds of the runner's clock, or when the promise has settled. */
  wait: (until: number | PromiseLike<unknown>): ScriptStep => ({ kind: 'wait', until }),
  /** Never goes on: the answer ends when it is aborted. */
  hang: (): ScriptStep => ({ kind: 'hang' }),
  /** The answer fails. */
  fail: (
    code: RunnerFailureCode,
    message = `test/script failed with "${code}" because the script says so`,
  ): ScriptStep => ({ kind: 'fail', code, message }),
} as const
