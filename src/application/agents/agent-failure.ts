import { Failure } from '../../domain/failure.js'

/** Why an agent cannot be added, changed or removed, code by code. */
export const AGENT_FAILURES = {
  'agent-reserved': 'the name belongs to the agent that is always there',
  'agent-exists': 'there is an agent with this id',
  'agent-unknown': 'there is no agent with this id',
  'agent-needed': 'this agent cannot be removed: it is `main`, or answers when nobody else is named',
  'agent-bad-value': 'a value for the agent cannot be used',
} as const

export type AgentFailureCode = keyof typeof AGENT_FAILURES

export class AgentFailure extends Failure {
  override readonly code: AgentFailureCode

  constructor(code: AgentFailureCode, message: string) {
    super(code, message)
    this.code = code
  }
}
