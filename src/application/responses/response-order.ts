import type { ResponseEvent } from '../../domain/openai/response-narration.js'
import type { ResponseObject } from '../../domain/openai/response-object.js'
import type { ResponsesBody } from '../../domain/openai/responses-body.js'
import type { AgentCallEnd } from '../agent-calls/agent-call.js'

/** What a program asks for. */
export interface ResponseOrder {
  readonly body: ResponsesBody
  readonly agentId: string
  /** Canonical key of the caller's own session; null = a session of its own for this response. */
  readonly sessionKey: string | null
  /** Ends the fetching of inputs. */
  readonly signal?: AbortSignal
  /** Hears the answer as it comes, from `response.created` to the last word; nothing that was heard counts if `begin` rejects. */
  readonly emit?: (event: ResponseEvent) => void
}

/** Why there is no answer. */
export type ResponseFailure = Extract<AgentCallEnd, { status: 'failed' }> | Extract<AgentCallEnd, { status: 'aborted' }>

export type ResponseEnd = { readonly status: 'answered'; readonly body: ResponseObject } | ResponseFailure

export interface ResponseUnderWay {
  readonly id: string
  /** Resolves with the first sign of the model; never when there is none. */
  readonly stirred: Promise<void>
  /** Never rejects; resolves when the response can be gone on from, after the last event. */
  readonly ended: Promise<ResponseEnd>
  /** Nobody waits for it any more. */
  abort(): void
}
