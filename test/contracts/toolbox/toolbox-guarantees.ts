import type { Guarantee } from '../kit/guarantee.js'

/** Everything `toolboxContract` checks, by number. */
export const TOOLBOX_GUARANTEES = {
  T1: {
    promise: 'offers tools with names that models understand, each once, in a stable order',
    because: 'providers refuse requests with other names, and a changed order makes every cached prompt useless',
  },
  T2: {
    promise: 'describes each tool, and its parameters as an object without others',
    because: 'a model knows nothing of a tool but this',
  },
  T3: {
    promise: 'has schemas that refuse bad arguments, so that they never reach a tool',
    because: 'models invent arguments, and a tool must not have to judge their shape',
  },
  T4: {
    promise: 'answers with blocks and details that can be written down',
    because: 'what a tool returned is kept in the transcript and sent to clients',
  },
  T5: {
    promise: 'tells the model of an ordinary failure instead of throwing',
    because: 'a throw is a fault of the tool: the model hears nothing it could mend',
  },
  T6: {
    promise: 'does nothing once the signal has aborted',
    because: 'a run that was stopped must not write or start anything any more',
  },
  T7: {
    promise: 'ends soon after its signal aborts, and leaves nothing behind',
    because: 'people stop an agent because of what it does',
    needs: '`slow` in the harness',
  },
  T8: {
    promise: 'closing ends everything it left running; closing again is harmless',
    because: 'a gateway that stopped must not leave processes that nobody can reach',
  },
} as const satisfies Readonly<Record<string, Guarantee>>

export type ToolboxGuaranteeId = keyof typeof TOOLBOX_GUARANTEES
