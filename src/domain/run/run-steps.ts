import { hasEnded, type RunEnd, type RunOutcome, type RunRecord } from './run.js'

/** What of a run changes; what it was asked stands apart. */
export type RunStanding = Omit<RunRecord, 'request'>

/** How a run ends. */
export interface RunEnding {
  readonly state: RunEnd
  readonly endedAt: number
  readonly error?: string
  readonly outcome?: RunOutcome
}

/** Under way; null for one that is not waiting for a turn of its own. */
export function started<Run extends RunStanding>(run: Run, startedAt: number): Run | null {
  return run.state === 'accepted' && run.mergedInto === undefined ? { ...run, state: 'running', startedAt } : null
}

/** Back in line; null for one that is not under way. */
export function requeued<Run extends RunStanding>(run: Run): Run | null {
  if (run.state !== 'running') return null
  const { startedAt: _startedAt, ...rest } = run
  return { ...rest, state: 'accepted', hasBegun: true } as Run
}

/** Ended; null for one that has ended before. */
export function finished<Run extends RunStanding>(run: Run, end: RunEnding): Run | null {
  return hasEnded(run.state) ? null : { ...run, ...end }
}

/** Ended together with the run it was merged into; what the answer took is told with that run alone. */
export function finishedWith<Run extends RunStanding>(run: Run, leader: string, end: RunEnding): Run | null {
  if (run.mergedInto !== leader) return null
  const { outcome, ...rest } = end
  return finished(run, outcome === undefined ? rest : { ...rest, outcome: sharedOutcome(outcome, leader) })
}

/** The outcome of a run as one that became part of it has it. */
export function sharedOutcome({ usage: _usage, ...outcome }: RunOutcome, leader: string): RunOutcome {
  return { ...outcome, mergedInto: leader }
}

/** Part of another; null for one that is not waiting for a turn of its own. */
export function mergedWith<Run extends RunStanding>(run: Run, leader: string): Run | null {
  const isFree = run.state === 'accepted' && run.mergedInto === undefined && run.runId !== leader
  return isFree ? { ...run, mergedInto: leader } : null
}

/** With others that became part of it; null for one that has ended or is itself part of another. */
export function withMerged<Run extends RunStanding>(run: Run, runIds: readonly string[]): Run | null {
  if (hasEnded(run.state) || run.mergedInto !== undefined) return null
  return { ...run, merged: [...(run.merged ?? []), ...runIds] }
}

/** Ended without a turn, its question still to be written; null for one that is not waiting for a turn of its own. */
export function withdrawn<Run extends RunStanding>(
  run: Run,
  end: { readonly endedAt: number; readonly error: string },
): Run | null {
  if (run.state !== 'accepted' || run.mergedInto !== undefined) return null
  return { ...run, ...end, state: 'aborted', isUnsaid: true }
}

/** Its question was written; null for one that had none to be written. */
export function said<Run extends RunStanding>(run: Run): Run | null {
  if (run.isUnsaid !== true) return null
  const { isUnsaid: _isUnsaid, ...rest } = run
  return rest as Run
}

/** Whether a restart has something to do about it. */
export function isUnfinished(run: RunStanding): boolean {
  return !hasEnded(run.state) || run.isUnsaid === true
}
