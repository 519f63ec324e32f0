import type { CronJob } from '../protocol/cron-job.js'
import { timeOf } from './job-problem.js'

/** The next moment after `afterMs` that fits an expression; null = there is none. */
export type NextFit = (expr: string, tz: string | undefined, afterMs: number) => Promise<number | null>

/** When a job runs next, later than `afterMs` (Unix milliseconds); null = never again. */
export async function nextRunOf(
  { id, schedule, createdAtMs, state }: Pick<CronJob, 'id' | 'schedule' | 'createdAtMs' | 'state'>,
  afterMs: number,
  nextFit: NextFit,
): Promise<number | null> {
  switch (schedule.kind) {
    case 'at': {
      const at = timeOf(schedule.at)
      const hasRun = at !== null && state.lastRunAtMs !== undefined && state.lastRunAtMs >= at
      return hasRun ? null : at
    }
    case 'every': {
      const { everyMs, anchorMs = createdAtMs } = schedule
      if (afterMs < anchorMs) return anchorMs
      return anchorMs + (Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs
    }
    case 'cron': {
      const lateMs = latenessOf(id, schedule.staggerMs ?? 0)
      const fit = await nextFit(schedule.expr, schedule.tz, afterMs - lateMs)
      return fit === null ? null : fit + lateMs
    }
  }
}

/** By how much a job is late, below `staggerMs`; always the same for one job, spread evenly over many (FNV-1a). */
function latenessOf(id: string, staggerMs: number): number {
  if (staggerMs === 0) return 0
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % staggerMs
}
