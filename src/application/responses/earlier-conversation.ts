import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import type { StoredResponse } from '../../domain/openai/stored-response.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptEntry, TranscriptMessage } from '../../domain/session/transcript.js'
import type { SessionStore } from '../ports/session-store.js'

/** Entries at the end of a transcript among which an answer is looked for before the whole is read. */
const GLANCE = 32

/**
 * Whether nothing was said in its session since a response was given.
 * @param isOver whether the next message in a session begins a new conversation
 */
export async function isLastWord(
  previous: StoredResponse,
  store: SessionStore,
  isOver: (session: SessionEntry) => boolean,
): Promise<boolean> {
  const session = await store.session(previous.sessionKey)
  if (session === null || session.sessionId !== previous.sessionId || isOver(session)) return false
  const entries = await store.transcript(previous.sessionId, GLANCE)
  return endOf(previous, entries) === entries.length
}

/** Everything that was said up to and with a response. It may have been put aside meanwhile. */
export async function earlierConversation(
  previous: StoredResponse,
  store: SessionStore,
): Promise<readonly TranscriptMessage[]> {
  const live = messagesUpTo(previous, await store.transcript(previous.sessionId))
  if (live !== null) return live
  for (const { id } of [...(await store.archives(previous.sessionId))].reverse()) {
    const archived = messagesUpTo(previous, await store.archived(id))
    if (archived !== null) return archived
  }
  const sentence = `The conversation of '${previous.id}' is no longer there.`
  throw new OpenAiRefusal('response_not_found', sentence, 'previous_response_id')
}

function messagesUpTo(
  previous: StoredResponse,
  entries: readonly TranscriptEntry[],
): readonly TranscriptMessage[] | null {
  const end = endOf(previous, entries)
  return end === 0 ? null : entries.slice(0, end).map(({ message }) => message)
}

/**
 * How many entries there are up to and with a response; 0 when it is not among them. What tools of the agent returned to
 * it belongs to it; what tools of the caller returned is already the next turn.
 */
function endOf(previous: StoredResponse, entries: readonly TranscriptEntry[]): number {
  const clientCalls = new Set(
    previous.body.output.flatMap((item) => (item.type === 'function_call' ? [item.call_id] : [])),
  )
  let end = entries.findIndex(({ id }) => id === previous.entryId) + 1
  if (end === 0) return 0
  for (const { message } of entries.slice(end)) {
    if (message.role !== 'toolResult' || clientCalls.has(message.toolCallId)) break
    end += 1
  }
  return end
}
