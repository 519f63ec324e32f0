import type { Clock } from '../../application/ports/clock.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../../application/ports/tools.js'
import type { ExecSession } from './exec-session.js'
import type { ExecSessions } from './exec-sessions.js'
import { readableText, shortened } from './readable-text.js'
import { detailsOf, refusal, reportOf, statusOf } from './session-report.js'
import { type ProcessParams, processParams } from './tool-params.js'
import { waitFor } from './wait-for.js'

const DEFAULT_LINES = 200
const LONGEST_LOG = 30_000
const LONGEST_TITLE = 120

type Action = (session: ExecSession, params: ProcessParams, context: ToolCallContext) => Promise<ToolOutcome>

/** `process`: commands that go on in the background. */
export function processTool(sessions: ExecSessions, clock: Clock): Tool<ProcessParams> {
  const actions: Readonly<Record<Exclude<ProcessParams['action'], 'list'>, Action>> = {
    poll: (session, params, context) => poll(session, params.waitMs ?? 0, clock, context.signal),
    log: async (session, params) => logOf(session, params),
    write: async (session, params) => typed(session, params.text ?? ''),
    submit: async (session, params) => typed(session, `${params.text ?? ''}${session.isPty ? '\r' : '\n'}`),
    kill: async (session) => {
      await session.end('killed')
      return poll(session, 0, clock)
    },
    remove: async (session) => {
      await session.end('killed')
      sessions.forget(session)
      return said(`Session ${session.id} was removed.`, { sessionId: session.id })
    },
  }
  return {
    name: 'process',
    description:
      'Commands of this conversation that run in the background. list; poll: what is new; log: lines of the output; ' +
      'write: type text; submit: type a line; kill; remove: kill and forget.',
    params: () => processParams,
    async run(params, context) {
      if (context.signal.aborted) return refusal('the call was aborted')
      const visible = sessions.visibleTo({ agentId: context.agentId, sessionKey: context.sessionKey })
      if (params.action === 'list') return listOf(visible)
      const session = visible.find(({ id }) => id === params.sessionId)
      if (session === undefined) return refusal(`there is no session ${params.sessionId ?? '(sessionId is missing)'}`)
      return actions[params.action](session, params, context)
    },
  }
}

function listOf(sessions: readonly ExecSession[]): ToolOutcome {
  const lines = sessions.map(
    (session) => `${session.id}: ${shortened(session.command, LONGEST_TITLE)} [${statusOf(session)}]`,
  )
  return said(lines.length === 0 ? 'Nothing runs in the background.' : lines.join('\n'), {
    sessions: sessions.map((session) => ({ ...detailsOf(session), command: session.command })),
  })
}

async function poll(session: ExecSession, waitMs: number, clock: Clock, signal?: AbortSignal): Promise<ToolOutcome> {
  if (waitMs > 0 && signal !== undefined && !session.isEnded) await waitFor(session.ended, waitMs, clock, signal)
  const output = session.output.since(session.polledTo)
  session.polledTo = session.output.length
  return reportOf(session, output)
}

function logOf(session: ExecSession, { offset, limit = DEFAULT_LINES }: ProcessParams): ToolOutcome {
  const lines = readableText(session.output.text()).replace(/\n$/, '').split('\n')
  const first = offset ?? Math.max(1, lines.length - limit + 1)
  const shown = lines.slice(first - 1, first - 1 + limit)
  const range =
    shown.length === 0 ? `${lines.length} lines` : `lines ${first}-${first + shown.length - 1} of ${lines.length}`
  const text = `${shortened(shown.join('\n'), LONGEST_LOG)}\n[${range}; ${statusOf(session)}]`
  return said(text, { ...detailsOf(session), firstLine: first, lineCount: shown.length, totalLines: lines.length })
}

function typed(session: ExecSession, text: string): ToolOutcome {
  if (session.write(text)) return said(`Typed ${text.length} characters.`, detailsOf(session))
  if (session.isEnded) return refusal(`session ${session.id} has ended`)
  return refusal(`session ${session.id} takes no input; start it with background or pty to type into it`)
}

function said(text: string, details: unknown): ToolOutcome {
  return { content: [{ type: 'text', text }], details }
}
