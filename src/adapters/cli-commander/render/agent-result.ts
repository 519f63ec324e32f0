/** What a run answers with; `result` of the final response. */
export interface AgentFinal {
  readonly runId?: string
  readonly status?: string
  readonly summary?: string
  readonly result?: {
    readonly payloads?: readonly AgentPayload[]
    readonly meta?: {
      readonly durationMs?: number
      readonly aborted?: boolean
      readonly stopReason?: string
      readonly agentMeta?: {
        readonly sessionId?: string
        readonly provider?: string
        readonly model?: string
        readonly usage?: unknown
      }
    }
  }
}

export interface AgentPayload {
  readonly text?: string
  readonly mediaUrl?: string | null
}

export interface AgentOutcome {
  readonly runId: string
  readonly sessionKey: string | null
  readonly status: 'ok' | 'error' | 'aborted'
  readonly final: AgentFinal | null
  /** For people, unless the status is ok. */
  readonly error: string | null
}

/** The answer text, media as their addresses. */
export function answerText(final: AgentFinal | null): string {
  const payloads = final?.result?.payloads ?? []
  return payloads
    .map((payload) => [payload.text, payload.mediaUrl].filter((part) => part != null && part !== '').join('\n'))
    .filter((text) => text !== '')
    .join('\n\n')
}

export function agentDocument(outcome: AgentOutcome): Record<string, unknown> {
  const meta = outcome.final?.result?.meta
  const { provider, model } = meta?.agentMeta ?? {}
  return {
    ok: outcome.status === 'ok',
    runId: outcome.runId,
    status: outcome.status,
    sessionKey: outcome.sessionKey,
    sessionId: meta?.agentMeta?.sessionId ?? null,
    payloads: (outcome.final?.result?.payloads ?? []).map((payload) => ({
      text: payload.text ?? '',
      mediaUrl: payload.mediaUrl ?? null,
    })),
    usage: meta?.agentMeta?.usage ?? null,
    model: model === undefined ? null : provider === undefined ? model : `${provider}/${model}`,
    durationMs: meta?.durationMs ?? null,
    ...(outcome.error === null
      ? {}
      : {
          error: {
            code: outcome.status === 'aborted' ? 'aborted' : 'rpc',
            message: outcome.error,
            hint: null,
            details: {},
          },
        }),
  }
}
