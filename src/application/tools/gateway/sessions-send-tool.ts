import { type SessionsSendParams, sessionsSendParams } from '../../../domain/protocol/gateway-tools.js'
import type { SessionEntry } from '../../../domain/session/session-entry.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../../ports/tools.js'
import type { RunFinal } from '../../runs/active-run.js'
import { failed } from '../call-tool.js'
import { jsonOutcome } from '../json-outcome.js'
import { AgentExchanges } from './agent-exchanges.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'
import { notVisible } from './session-tools.js'
import { speakTo } from './speak-to-session.js'
import { isVisible, visibleSession } from './visible-session.js'

const DEFAULT_TIMEOUT_SECONDS = 30

/** Speaking to another session and, if wanted, hearing what it answers. */
export function sessionsSendTool(parts: GatewayToolParts): Tool<SessionsSendParams> {
  const exchanges = new AgentExchanges(parts)
  return {
    name: 'sessions_send',
    description: 'Sends a message to another session and waits for its answer.',
    params: sessionsSendParams,
    // It keeps its own time: a wait that is over is an answer, not a failure.
    timeoutMs: 0,
    run: (params, context) => send(parts, exchanges, params, context),
  }
}

async function send(
  parts: GatewayToolParts,
  exchanges: AgentExchanges,
  params: SessionsSendParams,
  context: ToolCallContext,
): Promise<ToolOutcome> {
  const { sessionKey, label, message, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = params
  if ((sessionKey === undefined) === (label === undefined)) return failed('Name either sessionKey or label.')
  const target = await targetOf(parts, params, context)
  if (target === null) return notVisible(sessionKey ?? label ?? '')
  if (target.key === context.sessionKey) return failed('This is the session you are in; just answer.')
  if (target.sendPolicy === 'deny') return failed(`The session ${target.key} takes no messages.`)
  const runId = parts.ids.uuid()
  const { sessionKey: from, agentId } = context
  const ended = await speakTo(parts, target, { runId, message, from })
  if (typeof ended === 'string') return failed(`The message was not accepted: ${ended}.`)
  if (from !== null) exchanges.begin({ asker: { key: from, agentId }, target, request: message, answered: ended.end })
  const about = { runId, sessionKey: target.key }
  if (timeoutSeconds === 0) return jsonOutcome({ ...about, status: 'accepted' })
  const final = await within(parts, ended, timeoutSeconds * 1000, context.signal)
  if (final === null) return jsonOutcome({ ...about, status: 'timeout', note: 'The other session goes on working.' })
  if (final.state === 'ok') return jsonOutcome({ ...about, status: 'ok', reply: final.outcome?.text ?? '' })
  return { ...jsonOutcome({ ...about, status: 'error', error: final.error ?? final.state }), isError: true }
}

async function targetOf(
  parts: GatewayToolParts,
  { sessionKey, label }: SessionsSendParams,
  context: ToolCallContext,
): Promise<SessionEntry | null> {
  if (sessionKey !== undefined) return visibleSession(parts, sessionKey, context)
  const [entry] = await parts.store.list({ label: label ?? '' })
  return entry !== undefined && (await isVisible(parts, entry, context)) ? entry : null
}

/** The end, or null when the time or the caller's patience is over first. */
function within(
  { clock }: GatewayToolParts,
  { end }: { readonly end: Promise<RunFinal> },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<RunFinal | null> {
  return new Promise((resolve) => {
    const over = (final: RunFinal | null): void => {
      timer.cancel()
      signal.removeEventListener('abort', leave)
      resolve(final)
    }
    const leave = (): void => over(null)
    const timer = clock.after(timeoutMs, leave)
    signal.addEventListener('abort', leave)
    void end.then(over)
  })
}
