import type { StoreChange } from '../../application/ports/session-store.js'
import type { RunRecord } from '../../domain/run/run.js'
import {
  finished,
  finishedWith,
  mergedWith,
  type RunEnding,
  requeued,
  said,
  started,
  withdrawn,
  withMerged,
} from '../../domain/run/run-steps.js'

type RunStep = Extract<
  StoreChange,
  { kind: 'run.start' | 'run.requeue' | 'run.merge' | 'run.withdraw' | 'run.said' | 'run.finish' }
>

/** The records that a step of the ledger changes, as they are afterwards. */
export function steppedRuns(change: RunStep, runs: ReadonlyMap<string, RunRecord>): readonly RunRecord[] {
  const run = runs.get(change.kind === 'run.merge' ? change.into : change.runId)
  return run === undefined ? [] : stepped(change, run, runs).filter((after) => after !== null)
}

function stepped(change: RunStep, run: RunRecord, runs: ReadonlyMap<string, RunRecord>): readonly (RunRecord | null)[] {
  switch (change.kind) {
    case 'run.start':
      return [started(run, change.startedAt)]
    case 'run.requeue':
      return [requeued(run)]
    case 'run.withdraw': {
      const end = { endedAt: change.endedAt, error: change.error }
      return withMembers(withdrawn(run, end), { ...end, state: 'aborted' }, runs)
    }
    case 'run.said':
      return [said(run)]
    case 'run.merge': {
      const merged = change.runIds.map((runId) => runs.get(runId)).map((other) => other && mergedWith(other, run.runId))
      const taken = merged.filter((other) => other !== undefined && other !== null)
      const leader = withMerged(
        run,
        taken.map(({ runId }) => runId),
      )
      if (leader === null) return []
      return [{ ...leader, ...(change.request === undefined ? {} : { request: change.request }) }, ...taken]
    }
    case 'run.finish': {
      const { kind: _kind, runId: _runId, ...end } = change
      return withMembers(finished(run, end), end, runs)
    }
  }
}

/** Whoever became part of a run ends with it. */
function withMembers(
  ended: RunRecord | null,
  end: RunEnding,
  runs: ReadonlyMap<string, RunRecord>,
): readonly (RunRecord | null)[] {
  if (ended === null) return []
  const members = (ended.merged ?? []).map((runId) => runs.get(runId))
  return [ended, ...members.map((member) => (member === undefined ? null : finishedWith(member, ended.runId, end)))]
}
