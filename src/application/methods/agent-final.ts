import { unavailable } from '../../domain/protocol/refusal.js'
import type { RunFinal } from '../runs/active-run.js'

/**
 * The second response of `agent`. A run that was answered together with another names the run under whose id the answer
 * was told. A failed run is a failed request, with the same facts in its payload.
 */
export function agentFinal(final: RunFinal): object {
  if (final.state === 'error' || final.state === 'interrupted') {
    const summary = final.error ?? 'the run failed'
    const retry = final.retry === undefined ? {} : { retryable: true, ...final.retry }
    throw unavailable(summary, { payload: { runId: final.runId, status: 'error', summary }, ...retry })
  }
  const mergedInto = final.outcome?.mergedInto
  return {
    runId: final.runId,
    status: 'ok',
    summary: 'completed',
    ...(mergedInto === undefined ? {} : { mergedInto }),
    result: resultOf(final),
  }
}

function resultOf(final: RunFinal): object {
  const { outcome } = final
  const text = outcome?.text ?? ''
  return {
    payloads: text === '' ? [] : [{ text, mediaUrl: null }],
    meta: {
      durationMs: final.endedAt - (final.startedAt ?? final.endedAt),
      aborted: final.state === 'aborted',
      agentMeta: {
        sessionId: outcome?.sessionId ?? final.runId,
        provider: outcome?.provider ?? 'unknown',
        model: outcome?.model ?? 'unknown',
        ...(outcome?.usage === undefined ? {} : { usage: outcome.usage }),
      },
      ...(outcome?.stopReason === undefined ? {} : { stopReason: outcome.stopReason }),
    },
  }
}
