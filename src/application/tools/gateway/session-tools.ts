import {
  type SessionStatusParams,
  type SessionsHistoryParams,
  type SessionsListToolParams,
  sessionStatusParams,
  sessionsHistoryParams,
  sessionsListParams,
} from '../../../domain/protocol/gateway-tools.js'
import { historyMessage } from '../../../domain/session/history-view.js'
import type { SessionEntry } from '../../../domain/session/session-entry.js'
import { sessionRow } from '../../../domain/session/session-row.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../../ports/tools.js'
import { sessionModel } from '../../sessions/session-model.js'
import { failed } from '../call-tool.js'
import { jsonOutcome } from '../json-outcome.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'
import { isVisible, visibleSession } from './visible-session.js'

const MINUTE_MS = 60_000
const DEFAULT_ROWS = 50

/** Looking at sessions: this one and others, as far as the rules of the gateway let one see. */
export function sessionTools(parts: GatewayToolParts): readonly Tool[] {
  const status: Tool<SessionStatusParams> = {
    name: 'session_status',
    description: 'Tells about a session: its model, how much context it uses, its settings, what is going on in it.',
    params: sessionStatusParams,
    run: (params, context) => statusOf(parts, params, context),
  }
  const list: Tool<SessionsListToolParams> = {
    name: 'sessions_list',
    description: 'Lists the sessions this one may see, newest first.',
    params: sessionsListParams,
    run: (params, context) => listOf(parts, params, context),
  }
  const history: Tool<SessionsHistoryParams> = {
    name: 'sessions_history',
    description: 'Shows the newest messages of a session, oldest first.',
    params: sessionsHistoryParams,
    run: (params, context) => historyOf(parts, params, context),
  }
  return [status, list, history]
}

async function statusOf(
  parts: GatewayToolParts,
  { sessionKey }: SessionStatusParams,
  context: ToolCallContext,
): Promise<ToolOutcome> {
  const key = sessionKey ?? context.sessionKey
  if (key === null) return failed('This run is bound to no session; name one as sessionKey.')
  const entry = await visibleSession(parts, key, context)
  if (entry === null) return notVisible(key)
  const runs = parts.desk().runsOf(entry.key)
  return jsonOutcome({
    ...rowOf(parts, entry),
    messages: await parts.store.transcriptLength(entry.sessionId),
    runsUnderWay: runs.filter((run) => run.isUnderWay).length,
    runsWaiting: runs.filter((run) => !run.isUnderWay).length,
    now: new Date(parts.clock.now()).toISOString(),
  })
}

async function listOf(
  parts: GatewayToolParts,
  { limit = DEFAULT_ROWS, activeMinutes, search }: SessionsListToolParams,
  context: ToolCallContext,
): Promise<ToolOutcome> {
  const entries = await parts.store.list({
    ...(activeMinutes === undefined ? {} : { updatedSince: parts.clock.now() - activeMinutes * MINUTE_MS }),
    ...(search === undefined ? {} : { search }),
  })
  const sessions: unknown[] = []
  for (const entry of entries) {
    if (sessions.length >= limit) break
    if (await isVisible(parts, entry, context)) sessions.push(rowOf(parts, entry))
  }
  return jsonOutcome({ count: sessions.length, sessions })
}

async function historyOf(
  parts: GatewayToolParts,
  { sessionKey, limit = DEFAULT_ROWS, includeTools = false }: SessionsHistoryParams,
  context: ToolCallContext,
): Promise<ToolOutcome> {
  const entry = await visibleSession(parts, sessionKey, context)
  if (entry === null) return notVisible(sessionKey)
  const entries = await parts.store.transcript(entry.sessionId, limit)
  const shown = includeTools ? entries : entries.filter(({ message }) => message.role !== 'toolResult')
  return jsonOutcome({ sessionKey: entry.key, messages: shown.map(historyMessage) })
}

/** Says the same of what is hidden and of what does not exist. */
export function notVisible(key: string): ToolOutcome {
  return failed(`There is no session ${key} that this one may see; sessions_list shows which there are.`)
}

function rowOf(parts: GatewayToolParts, entry: SessionEntry): Readonly<Record<string, unknown>> {
  const { deliveryContext: _, origin: __, ...row } = sessionRow(entry, sessionModel(entry, parts.agents))
  return { ...row, agentId: entry.agentId }
}
