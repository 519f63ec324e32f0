import { Failure, messageOf } from '../../domain/failure.js'
import type { RunEnd } from '../../domain/run/run.js'
import type { ActiveRun, RunFinal } from './active-run.js'
import type { Answer } from './scene.js'

/** How a run ends, and why if not well. */
export interface Ending {
  readonly state: RunEnd
  readonly error?: string
}

/** What a stop, a failure or a finished answer makes of a run. */
export function endingOf(run: ActiveRun, answer: Answer): Ending {
  if (run.stopReason === 'shutdown') return { state: 'interrupted', error: 'interrupted: the gateway is stopping' }
  if (run.stopReason !== undefined)
    return { state: 'aborted', error: run.stopReason === 'timeout' ? 'timeout' : 'aborted' }
  if (answer.failure === null) return { state: 'ok' }
  return { state: 'error', error: messageOf(answer.failure) }
}

/** Advice whether asking again may help. */
export function retryOf(failure: unknown, ending: Ending): Pick<RunFinal, 'retry'> {
  if (ending.state !== 'error' || !(failure instanceof Failure) || !failure.retryable) return {}
  return { retry: failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs } }
}

/** Tells clients how it ended. */
export function tellEnd(run: ActiveRun, ending: Ending, startedAt: number, endedAt: number, usage: unknown): void {
  const { narrator } = run
  if (ending.state === 'ok') narrator.ended(startedAt, endedAt, usage)
  else if (ending.state !== 'aborted') narrator.failed(startedAt, endedAt, ending.error ?? 'the run failed')
  else if (run.stopReason === 'timeout' && run.record.method === 'agent') narrator.timedOut(startedAt, endedAt)
  else narrator.aborted(startedAt, endedAt, run.stopReason ?? 'rpc')
}
