import type { Tool, ToolCallContext, ToolOutcome } from '../../application/ports/tools.js'
import type { ExecSession } from './exec-session.js'
import type { ExecToolSettings } from './exec-tool-settings.js'
import type { ExitedSession } from './exited-session.js'
import { outputUpdates } from './output-updates.js'
import { readableText } from './readable-text.js'
import { hasSucceeded, refusal, reportOf } from './session-report.js'
import { type StartingPlace, startCommand } from './start-command.js'
import { type ExecParams, execParams } from './tool-params.js'
import { waitFor } from './wait-for.js'

const TAIL_LENGTH = 2000

/** `exec`: a command for the shell. */
export function execTool(place: StartingPlace): Tool<ExecParams> {
  return {
    name: 'exec',
    description:
      'Runs a command in a shell. One that takes long goes on in the background: see the tool process. ' +
      'What a command starts with & ends together with it; to keep something running use background.',
    params: () => execParams,
    // Its own limits hold, and somebody may have to allow it first.
    timeoutMs: 0,
    run: (params, context) =>
      underSignal(place.closing, context.signal, (signal) => run(place, params, context, signal)),
  }
}

async function run(
  place: StartingPlace,
  params: ExecParams,
  context: ToolCallContext,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  if (signal.aborted) return refusal('the call was aborted before the command ran')
  const session = await startCommand(place, params, context, signal)
  if ('refused' in session) return { ...refusal(session.refused), ...(session.isDenied ? { isDenied: true } : {}) }
  const settings = place.deps.settingsOf(context.agentId)
  limitTime(place, session, (params.timeoutSec ?? settings.timeoutSec) * 1000)
  if (params.background === true) return toBackground(place, session, settings)
  const updates = outputUpdates(session, context, place.deps.clock)
  const patienceMs = params.yieldMs ?? settings.backgroundMs
  const came = await waitFor(session.ended, patienceMs, place.deps.clock, signal)
  updates.stop()
  if (came === 'late' && !session.isEnded) return toBackground(place, session, settings)
  if (came === 'aborted') await session.end(place.closing.aborted ? 'closed' : 'aborted')
  place.sessions.forget(session)
  const report = reportOf(session, session.output.text())
  return hasSucceeded(session) ? report : { ...report, isError: true }
}

function limitTime({ deps }: StartingPlace, session: ExecSession, limitMs: number): void {
  const timer = deps.clock.after(limitMs, () => void session.end('timeout'))
  void session.ended.then(() => timer.cancel())
}

function toBackground(place: StartingPlace, session: ExecSession, settings: ExecToolSettings): ToolOutcome {
  session.isBackground = true
  void session.ended.then(() => backgroundEnded(place, session, settings))
  const output = session.output.text()
  session.polledTo = session.output.length
  return reportOf(session, output, `It goes on in the background; the tool process shows session ${session.id}.`)
}

function backgroundEnded({ deps, sessions }: StartingPlace, session: ExecSession, settings: ExecToolSettings): void {
  sessions.forgetAfter(session, settings.cleanupMs)
  const isOwnEnd = session.endReason === null || session.endReason === 'timeout'
  const isNews = !hasSucceeded(session) || session.output.length > 0 || settings.notifyOnExitEmptySuccess
  if (settings.notifyOnExit && isOwnEnd && isNews) deps.exited(exitedSession(session))
}

function exitedSession(session: ExecSession): ExitedSession {
  const { id, scope, command, exitCode, signal, durationMs, endReason, output } = session
  const tail = readableText(output.text()).slice(-TAIL_LENGTH).trim()
  return { id, ...scope, command, exitCode, signal, isTimedOut: endReason === 'timeout', durationMs, tail }
}

/** Runs `action` with a signal that aborts when either does. */
async function underSignal<Result>(
  closing: AbortSignal,
  call: AbortSignal,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const either = new AbortController()
  const abort = () => either.abort()
  const sources = [closing, call]
  for (const source of sources) source.addEventListener('abort', abort, { once: true })
  if (sources.some(({ aborted }) => aborted)) abort()
  try {
    return await action(either.signal)
  } finally {
    for (const source of sources) source.removeEventListener('abort', abort)
  }
}
