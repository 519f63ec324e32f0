import type { Guarantee } from '../kit/guarantee.js'

/** Everything `agentRunnerContract` checks, by number. */
export const AGENT_RUNNER_GUARANTEES = {
  A1: {
    promise: 'parts come in order and end with exactly one finish that names provider and model',
    because: 'the finish is what the transcript keeps as the author of an answer',
  },
  A2: {
    promise: 'nothing happens before the first next',
    because: 'a run that waits for its turn must not cost anything yet',
  },
  A3: {
    promise: 'aborting while nothing was said yet ends the answer soon',
    because: 'a person who changed their mind must not wait for a model that thinks',
  },
  A4: {
    promise: 'aborting in the middle ends the answer soon and without finish',
    because: 'half an answer must not be stored as a whole one',
  },
  A5: {
    promise: 'an answer whose signal is aborted already says nothing',
    because: 'a run may be aborted between its turn and its first part',
  },
  A6: {
    promise: 'a failure is typed, tells what to do, and is the last word',
    because: 'the gateway retries by code, and people act on the sentence',
  },
  A7: {
    promise: 'models() answers at once, without asking anybody',
    because: 'lists of models are shown while the network is down',
  },
  A8: {
    promise: 'answers at the same time do not mix',
    because: 'one runner answers every session of the gateway',
  },
  A9: {
    promise: 'leaving the loop early lets everything go',
    because: 'a connection kept for an answer nobody reads is a leak, and costs money',
  },
  A10: {
    promise: 'return gives up at once, also while a part is awaited',
    because: 'time-outs strike while a model is silent',
  },
  A11: {
    promise: 'every tool the model asks for is a part with its arguments, in order, and the finish says toolUse',
    because: 'a call that is lost leaves the model waiting for a result that nobody makes',
  },
  A12: {
    promise: 'without a message the model reads what its tools returned, and goes on',
    because: 'an agent that uses tools is asked again after each of them',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type AgentRunnerGuaranteeId = keyof typeof AGENT_RUNNER_GUARANTEES
