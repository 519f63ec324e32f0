import type { Clock, Timer } from '../../application/ports/clock.js'
import type { ToolCallContext } from '../../application/ports/tools.js'
import type { ExecSession } from './exec-session.js'
import { readableText } from './readable-text.js'

/** Those who watch are told this often at most, in milliseconds. */
const PERIOD_MS = 250
const TAIL_LENGTH = 2000

/** Tells those who watch what a command prints, until stopped. */
export function outputUpdates(session: ExecSession, context: ToolCallContext, clock: Clock): { stop(): void } {
  let timer: Timer | null = null
  const tell = () => {
    timer = null
    const { length } = session.output
    const tail = readableText(session.output.since(Math.max(0, length - TAIL_LENGTH)))
    context.update({ sessionId: session.id, status: 'running', durationMs: session.durationMs, tail })
  }
  session.onOutput = () => {
    timer ??= clock.after(PERIOD_MS, tell)
  }
  return {
    stop() {
      session.onOutput = null
      timer?.cancel()
    },
  }
}
