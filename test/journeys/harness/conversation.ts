import type { GatewayClient } from '../../../src/application/ports/gateway-client.js'
import { PATIENCE_MS } from './until.js'

/** The final of an `agent` call, as far as journeys look at it. */
export interface Answered {
  readonly runId: string
  readonly status: string
  readonly result: {
    readonly payloads: readonly { readonly text: string }[]
    readonly meta: {
      readonly aborted: boolean
      readonly stopReason?: string
      readonly agentMeta: { readonly sessionId: string; readonly provider: string; readonly model: string }
    }
  }
}

/** Sends a message to the main session and waits for the answer. Rejects with ClientFailure when the run fails. */
export function ask(client: GatewayClient, message: string, runId: string, timeoutMs = PATIENCE_MS): Promise<Answered> {
  const params = { message, idempotencyKey: runId, sessionKey: 'main' }
  return client.call<Answered>('agent', params, { expectFinal: true, timeoutMs })
}

/** Sends a message to the main session and resolves when it is durably accepted. */
export async function order(client: GatewayClient, message: string, runId: string): Promise<void> {
  await client.call('agent', { message, idempotencyKey: runId, sessionKey: 'main' })
}

/** What `agent.wait` answers. */
export interface Waited {
  readonly status: string
  readonly error?: string
}

export function waitFor(client: GatewayClient, runId: string): Promise<Waited> {
  return client.call<Waited>('agent.wait', { runId, timeoutMs: PATIENCE_MS }, { timeoutMs: PATIENCE_MS * 2 })
}

interface HistoryMessage {
  readonly role: string
  readonly content: readonly { readonly type: string; readonly text?: string }[]
  readonly errorMessage?: string
}

/** The conversation of the main session as `role: text`, an error as `role! text`. */
export async function history(client: GatewayClient): Promise<readonly string[]> {
  const { messages } = await client.call<{ messages: readonly HistoryMessage[] }>('chat.history', {
    sessionKey: 'main',
  })
  return messages.map(({ role, content, errorMessage }) => {
    const text = content.map((block) => block.text ?? '').join('')
    return errorMessage === undefined ? `${role}: ${text}` : `${role}! ${errorMessage}`
  })
}

export function textOf(answered: Answered): string {
  return answered.result.payloads.map((payload) => payload.text).join('')
}
