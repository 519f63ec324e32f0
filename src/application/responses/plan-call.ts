import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import { readInput } from '../../domain/openai/responses-input.js'
import type { StoredResponse } from '../../domain/openai/stored-response.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { TranscriptMessage } from '../../domain/session/transcript.js'
import type { AgentCall } from '../agent-calls/agent-call.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { ResponseStore } from '../ports/response-store.js'
import type { SessionStore } from '../ports/session-store.js'
import { conversationOfInput } from './conversation-of-input.js'
import { earlierConversation, isLastWord } from './earlier-conversation.js'
import type { InputContents } from './input-contents.js'
import { resolveReferences } from './resolve-references.js'
import type { ResponseOrder } from './response-order.js'
import { settingsOfBody, thinkingOfEffort } from './settings-of-body.js'
import { toolsOfBody } from './tools-of-body.js'

export interface PlanningParts {
  readonly sessions: SessionStore
  readonly store: ResponseStore
  readonly contents: InputContents
  /** Whether the next message in a session begins a new conversation. */
  readonly isOver: (session: SessionEntry) => boolean
  readonly clock: Clock
  readonly ids: Ids
  /** Responses that somebody is going on from in their own session. */
  readonly claimed: Set<string>
}

/** What an agent is to be asked for a response. */
export interface PlannedCall {
  readonly call: AgentCall
  /** What `system` and `developer` messages of the whole conversation say. */
  readonly standing: string
  /** The session was made for this response. */
  readonly isOwnSession: boolean
  /** To be called when the call has ended, or could not begin. */
  release(): void
}

/** Entries at the end of the caller's session among which a call is looked for. */
const RECENT = 64

/** Turns a request into a call of an agent. Rejects with an OpenAiRefusal. */
export async function planCall(order: ResponseOrder, isStored: boolean, parts: PlanningParts): Promise<PlannedCall> {
  const { body } = order
  const now = parts.clock.now()
  const offered = toolsOfBody(body)
  const previous = await previousOf(body.previous_response_id ?? null, parts.store, now)
  const items = await resolveReferences(readInput(body.input), previous?.id ?? null, parts.store, now)
  const contents = await parts.contents.read(items, order.signal)
  const names = await namesOfCalls(previous, order.sessionKey, parts.sessions)
  const read = conversationOfInput(items, { contents, nameOfCall: (id) => names.get(id) ?? null, now })
  const standing = joined(previous?.standing, read.standing)
  const place = await placeOf(order, previous, read.earlier, isStored, parts)
  const instructions = joined(body.instructions, standing)
  const thinking = thinkingOfEffort(body.reasoning?.effort)
  return {
    call: {
      agentId: order.agentId,
      sessionKey: place.sessionKey,
      earlier: place.earlier,
      turn: read.turn,
      ...(instructions === '' ? {} : { instructions }),
      ...offered,
      settings: settingsOfBody(body),
      ...(thinking === undefined ? {} : { thinking }),
    },
    standing,
    isOwnSession: place.isOwnSession,
    release: place.release,
  }
}

async function previousOf(id: string | null, store: ResponseStore, now: number): Promise<StoredResponse | null> {
  if (id === null) return null
  const found = await store.get(id, now)
  if (found !== null) return found
  throw new OpenAiRefusal('response_not_found', `Previous response with id '${id}' not found.`, 'previous_response_id')
}

interface Place {
  readonly sessionKey: string
  readonly earlier: readonly TranscriptMessage[]
  readonly isOwnSession: boolean
  release(): void
}

const nothing = (): void => undefined

/**
 * Where a response is given. One that goes on from another is given in the same session when nothing was said there
 * since, else in a session of its own that begins with everything up to then: what came after is another conversation.
 */
async function placeOf(
  order: ResponseOrder,
  previous: StoredResponse | null,
  earlier: readonly TranscriptMessage[],
  isStored: boolean,
  { sessions, ids, claimed, isOver }: PlanningParts,
): Promise<Place> {
  const newKey = () => `agent:${order.agentId}:openresponses:${ids.uuid()}`
  if (previous === null) {
    const isOwnSession = order.sessionKey === null
    return { sessionKey: order.sessionKey ?? newKey(), earlier, isOwnSession, release: nothing }
  }
  const mayGoOn = isStored && earlier.length === 0 && previous.agentId === order.agentId && !claimed.has(previous.id)
  if (mayGoOn) {
    claimed.add(previous.id)
    const release = () => void claimed.delete(previous.id)
    try {
      if (await isLastWord(previous, sessions, isOver)) {
        return { sessionKey: previous.sessionKey, earlier: [], isOwnSession: false, release }
      }
    } catch (thrown) {
      release()
      throw thrown
    }
    release()
  }
  const before = await earlierConversation(previous, sessions)
  return { sessionKey: newKey(), earlier: [...before, ...earlier], isOwnSession: true, release: nothing }
}

/** Names of the tools that were asked for before, by call. */
async function namesOfCalls(
  previous: StoredResponse | null,
  sessionKey: string | null,
  sessions: SessionStore,
): Promise<ReadonlyMap<string, string>> {
  if (previous !== null) {
    const calls = previous.body.output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
    return new Map(calls.map(({ call_id, name }) => [call_id, name]))
  }
  const session = sessionKey === null ? null : await sessions.session(sessionKey)
  if (session === null) return new Map()
  const recent = await sessions.transcript(session.sessionId, RECENT)
  return new Map(
    recent.flatMap(({ message }) =>
      message.content.flatMap((block) => (block.type === 'toolCall' ? [[block.id, block.name] as const] : [])),
    ),
  )
}

function joined(...texts: readonly (string | null | undefined)[]): string {
  return texts.filter((text) => text !== null && text !== undefined && text.trim() !== '').join('\n\n')
}
