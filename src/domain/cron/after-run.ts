import type { CronDeliveryStatus, CronJob, CronState, CronStatus } from '../protocol/cron-job.js'

/** How long a job that fails again and again stays away, in milliseconds; the last one for all further failures. */
const BACKOFF_MS = [30_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const
/** Between the end of a run and the next one, however short the interval. */
const LEAST_PAUSE_MS = 2_000

/** How one run of a job ended. */
export interface CronResult {
  readonly status: CronStatus
  /** For people; with `error` and `skipped`. */
  readonly error?: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly deliveryStatus?: CronDeliveryStatus
  readonly deliveryError?: string
}

/**
 * The job after a run; null = it is done and goes. One that runs once and was asked for before its time has its time still.
 * @param nextAtMs when the schedule has it run again; null = never
 */
export function afterRun(job: CronJob, result: CronResult, nextAtMs: number | null): CronJob | null {
  const { status, endedAtMs } = result
  const isDone = nextAtMs === null
  if (isDone && job.schedule.kind === 'at' && status !== 'error' && job.deleteAfterRun === true) return null
  const consecutiveErrors = status === 'error' ? (job.state.consecutiveErrors ?? 0) + 1 : 0
  const restMs = consecutiveErrors === 0 ? LEAST_PAUSE_MS : backoffMs(consecutiveErrors)
  const state: CronState = {
    ...(isDone || !job.enabled ? {} : { nextRunAtMs: Math.max(nextAtMs, endedAtMs + restMs) }),
    ...pastOf(result),
    ...(consecutiveErrors === 0 ? {} : { consecutiveErrors }),
  }
  return { ...job, enabled: job.enabled && !isDone, state }
}

/** How long a job stays away after so many failures in a row, in milliseconds. */
export function backoffMs(failures: number): number {
  return BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? 0
}

function pastOf({ status, error, startedAtMs, endedAtMs, deliveryStatus, deliveryError }: CronResult): CronState {
  return {
    lastRunAtMs: startedAtMs,
    lastRunStatus: status,
    lastStatus: status,
    lastDurationMs: Math.max(0, endedAtMs - startedAtMs),
    ...(error === undefined ? {} : { lastError: error }),
    ...(deliveryStatus === undefined
      ? {}
      : { lastDelivered: deliveryStatus === 'delivered', lastDeliveryStatus: deliveryStatus }),
    ...(deliveryError === undefined ? {} : { lastDeliveryError: deliveryError }),
  }
}
