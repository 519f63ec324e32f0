import type { CronSchedule, NewCronJob } from '../protocol/cron-job.js'

const MINUTE_MS = 60_000
const TEN_YEARS_MS = 10 * 366 * 24 * 60 * MINUTE_MS

/**
 * What is wrong with a job whose shape is right, named by its field; null = nothing. Whether a cron expression can be
 * read is for the calendar to say.
 */
export function problemOfJob(job: NewCronJob, now: number): string | null {
  const { payload, sessionTarget, delivery, schedule } = job
  if (sessionTarget === 'main' && payload.kind !== 'systemEvent') {
    return 'at /payload/kind: jobs with sessionTarget "main" take a systemEvent; use "isolated" for an agentTurn'
  }
  if (sessionTarget === 'isolated' && payload.kind !== 'agentTurn') {
    return 'at /payload/kind: jobs with sessionTarget "isolated" take an agentTurn; use "main" for a systemEvent'
  }
  if (sessionTarget === 'main' && delivery?.mode === 'announce') {
    return 'at /delivery/mode: what a job tells the main session is answered there; "announce" is for isolated jobs'
  }
  if (delivery?.mode === 'webhook' && !isWebAddress(delivery.to)) {
    return 'at /delivery/to: a webhook needs an http or https address'
  }
  return problemOfSchedule(schedule, now)
}

/** The same for a schedule alone. */
export function problemOfSchedule(schedule: CronSchedule, now: number): string | null {
  return schedule.kind === 'at' ? problemOfTime(schedule.at, now) : null
}

/** Unix milliseconds of a time as it is written: ISO 8601, without a zone in UTC; null = it is none. */
export function timeOf(at: string): number | null {
  const text = at.trim()
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.test(text))
    return null
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) && text.length > 10
  const time = Date.parse(hasZone || text.length === 10 ? text : `${text}Z`)
  return Number.isNaN(time) ? null : time
}

function problemOfTime(at: string, now: number): string | null {
  const time = timeOf(at)
  if (time === null) return 'at /schedule/at: must be a time like 2026-11-22T16:00:00Z'
  if (time < now - MINUTE_MS) return `at /schedule/at: ${at} is in the past`
  return time > now + TEN_YEARS_MS ? `at /schedule/at: ${at} is more than ten years ahead` : null
}

function isWebAddress(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return false
  return ['http:', 'https:'].includes(new URL(text).protocol)
}
