import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import type {
  AssistantMessage,
  ContentBlock,
  TokenUsage,
  TranscriptEntry,
  UserMessage,
} from '../../domain/session/transcript.js'
import type { ActiveRun } from './active-run.js'
import type { AskedCall } from './asked-call.js'
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

/** What was said before, for a session that has no transcript. */
export function earlierEntries(run: ActiveRun): readonly TranscriptEntry[] {
  const { runId, request } = run.record
  return (request.earlier ?? []).map((message, index) => ({ id: `${runId}:earlier:${index}`, message }))
}

/** What is asked, as the transcript keeps it: a question, or what tools of the caller returned. */
export function askedEntries(run: ActiveRun, timestamp: number): readonly TranscriptEntry[] {
  const { runId, request } = run.record
  const id = questionId(run)
  if (request.toolResults === undefined) return [{ id, message: questionOf(run, timestamp) }]
  return request.toolResults.map((message, index) => ({ id: index === 0 ? id : `${runId}:result:${index}`, message }))
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
  if ((ending.state === 'aborted' && text.isEmpty) || answer.keptAs !== undefined) return null
  const { finish, calls = [] } = answer
  const asked = calls.map(({ id, name, args }): ContentBlock => ({ type: 'toolCall', id, name, arguments: args }))
  return {
    role: 'assistant',
    content: [...(text.isEmpty ? [] : [{ type: 'text' as const, text: text.raw.trim() }]), ...asked],
    timestamp,
    provider: finish?.provider ?? scene.models.primary.provider,
    model: finish?.model ?? scene.models.primary.model,
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

/** What the model said before it used tools, and what it asked them. */
export function stepOf(
  run: ActiveRun,
  finish: Finish,
  calls: readonly AskedCall[],
  timestamp: number,
): AssistantMessage {
  const { text } = run.narrator
  const asked = calls.map(({ id, name, args }): ContentBlock => ({ type: 'toolCall', id, name, arguments: args }))
  return {
    role: 'assistant',
    content: [...(text.isEmpty ? [] : [{ type: 'text' as const, text: text.raw.trim() }]), ...asked],
    timestamp,
    provider: finish.provider,
    model: finish.model,
    ...(finish.api === undefined ? {} : { api: finish.api }),
    ...(finish.usage === undefined ? {} : { usage: finish.usage }),
    stopReason: 'toolUse',
  }
}

/**
 * The counters of a session after a run.
 * @param usage of all calls of the run together
 */
export function tokensAfter(
  session: SessionEntry,
  finish: Finish | null,
  usage: TokenUsage | undefined,
): SessionChanges {
  if (usage === undefined) return {}
  return {
    inputTokens: (session.inputTokens ?? 0) + usage.input,
    outputTokens: (session.outputTokens ?? 0) + usage.output,
    ...(finish?.usage === undefined ? {} : { totalTokens: finish.usage.total }),
  }
}

function originOf(run: ActiveRun): string {
  return run.stopReason === 'stop' ? 'stop-command' : (run.stopReason ?? 'rpc')
}
