import type { ToolOutcome } from '../../application/ports/tools.js'
import type { ExecSession } from './exec-session.js'
import { readableText, shortened } from './readable-text.js'

/** The model reads at most so many characters of output at once; `process log` has the rest. */
const LONGEST_OUTPUT = 30_000

/** Output and what became of the command. */
export function reportOf(session: ExecSession, output: string, note = ''): ToolOutcome {
  const text = shortened(readableText(output).trimEnd(), LONGEST_OUTPUT)
  const lines = [text === '' ? '(no output)' : text, `[${statusOf(session)}]`, ...(note === '' ? [] : [note])]
  return { content: [{ type: 'text', text: lines.join('\n') }], details: detailsOf(session) }
}

/** What a refusal says to the model. */
export function refusal(text: string): ToolOutcome {
  return { content: [{ type: 'text', text }], isError: true }
}

/** In words, such as `exit code 0 after 1.5 s`. */
export function statusOf(session: ExecSession): string {
  const seconds = `${(session.durationMs / 1000).toFixed(1)} s`
  if (!session.isEnded) return `running for ${seconds}, session ${session.id}`
  if (session.problem !== null) return `could not be started: ${session.problem}`
  const { endReason } = session
  if (endReason !== null) return `${ENDINGS[endReason]} after ${seconds}`
  return session.signal === null
    ? `exit code ${session.exitCode} after ${seconds}`
    : `ended by ${session.signal} after ${seconds}`
}

/** Whether it came to its end by itself and says that all is well. */
export function hasSucceeded({ endReason, exitCode }: ExecSession): boolean {
  return endReason === null && exitCode === 0
}

const ENDINGS = {
  timeout: 'timed out and was ended',
  aborted: 'aborted and ended',
  killed: 'killed',
  closed: 'ended because the gateway stops',
} as const

export function detailsOf(session: ExecSession): Readonly<Record<string, unknown>> {
  return {
    sessionId: session.id,
    status: session.isEnded ? 'ended' : 'running',
    exitCode: session.exitCode,
    signal: session.signal,
    endReason: session.endReason,
    durationMs: session.durationMs,
    isBackground: session.isBackground,
  }
}
