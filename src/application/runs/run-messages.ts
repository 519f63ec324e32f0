import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import type { AssistantMessage, ContentBlock, UserMessage } from '../../domain/session/transcript.js'
import type { ActiveRun } from './active-run.js'
import type { Ending } from './run-ending.js'
import type { Answer, Finish, Scene } from './scene.js'

/** The question as the transcript keeps it. */
export function questionOf(run: ActiveRun, timestamp: number): UserMessage {
  const { message, attachments, provenance } = run.record.request
  const pictures = (attachments ?? []).map(({ mimeType, data }): ContentBlock => ({ type: 'image', mimeType, data }))
  return {
    role: 'user',
    content: [...(message === '' ? [] : [{ type: 'text' as const, text: message }]), ...pictures],
    timestamp,
    ...(provenance === undefined ? {} : { provenance }),
  }
}

/** Tells whether the question is in the history already, because the run was put back in line. */
export function questionId(run: ActiveRun): string {
  return `${run.record.runId}:user`
}

/** The assistant's entry; null when there is nothing to keep. */
export function answerOf(
  run: ActiveRun,
  scene: Scene,
  answer: Answer,
  ending: Ending,
  timestamp: number,
): AssistantMessage | null {
  const { text } = run.narrator
  if (ending.state === 'aborted' && text.isEmpty) return null
  const { finish } = answer
  return {
    role: 'assistant',
    content: text.isEmpty ? [] : [{ type: 'text', text: text.raw.trim() }],
    timestamp,
    provider: finish?.provider ?? scene.model.provider,
    model: finish?.model ?? scene.model.model,
    ...(finish?.api === undefined ? {} : { api: finish.api }),
    ...(finish?.usage === undefined ? {} : { usage: finish.usage }),
    stopReason: finish?.stopReason ?? (ending.state === 'aborted' ? 'aborted' : 'error'),
    idempotencyKey: `${run.record.runId}:assistant`,
    ...(ending.state === 'error' || ending.state === 'interrupted' ? { errorMessage: ending.error ?? '' } : {}),
    ...(ending.state === 'aborted'
      ? { abort: { aborted: true as const, origin: originOf(run), runId: run.record.runId } }
      : {}),
  }
}

/** The counters of a session after an answer. */
export function tokensAfter(session: SessionEntry, finish: Finish | null): SessionChanges {
  const usage = finish?.usage
  if (usage === undefined) return {}
  return {
    inputTokens: (session.inputTokens ?? 0) + usage.input,
    outputTokens: (session.outputTokens ?? 0) + usage.output,
    totalTokens: usage.total,
  }
}

function originOf(run: ActiveRun): string {
  return run.stopReason === 'stop' ? 'stop-command' : (run.stopReason ?? 'rpc')
}
