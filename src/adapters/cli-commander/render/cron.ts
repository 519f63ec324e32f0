import { formatDuration } from '../../../application/start/format-duration.js'
import type { CronEntry } from '../../../domain/cron/cron-entry.js'
import { printable } from '../../../domain/log/printable.js'
import type { CronJob, CronSchedule } from '../../../domain/protocol/cron-job.js'
import { shortIds } from '../devices/by-prefix.js'
import { ago, plural, roughly, table } from './words.js'

/** Least characters of an id. */
const ID_LENGTH = 4

/** What `cron.status` answers. */
export interface CronStatus {
  readonly enabled: boolean
  readonly reason?: string
  readonly jobs: number
  readonly nextWakeAtMs: number | null
  readonly storePath: string
}

/** A line for each job; a last one for those that are hidden. @param all gives the ids that must differ */
export function jobLines(shown: readonly CronJob[], all: readonly CronJob[], now: number): string[] {
  const ids = shortIds(
    all.map(({ id }) => id),
    ID_LENGTH,
  )
  const rows = shown.map((job) => [
    ids.get(job.id) ?? job.id,
    printable(job.name),
    printable(scheduleText(job.schedule)),
    nextText(job, now),
    lastText(job, now),
    printable(targetText(job)),
  ])
  const hidden = all.length - shown.length
  return [
    ...(rows.length === 0 ? ['no cron jobs'] : table(rows)),
    ...(hidden === 0 ? [] : [`${plural(hidden, 'disabled job')} hidden (--all)`]),
  ]
}

/** `scheduler on, 3 jobs, next "brief" in 4m`. */
export function statusLine(
  { enabled, reason, jobs: count, nextWakeAtMs }: CronStatus,
  jobs: readonly CronJob[],
  now: number,
): string {
  if (!enabled) return `scheduler off (${reason ?? 'cron.enabled'}), ${plural(count, 'job')}`
  const next = jobs.find(({ state }) => state.nextRunAtMs === nextWakeAtMs)
  const which = next === undefined ? '' : ` ${JSON.stringify(printable(next.name))}`
  return `scheduler on, ${plural(count, 'job')}${nextWakeAtMs === null ? '' : `, next${which} ${inText(nextWakeAtMs - now)}`}`
}

/** What became of a job, and when it runs next. */
export function jobWithTimes(what: string, job: CronJob, times: readonly number[]): string[] {
  const zone = job.schedule.kind === 'cron' ? job.schedule.tz : undefined
  const head = `${what} ${job.id}  ${printable(job.name)}`
  if (!job.enabled) return [head, '  does not run by itself: mayros cron enable']
  return [head, ...times.map((time) => `  next ${timeText(time, zone)}`)]
}

/** A line for each run, oldest first. */
export function runLines(entries: readonly CronEntry[], jobs: readonly CronJob[]): string[] {
  if (entries.length === 0) return ['no runs yet']
  const names = new Map(jobs.map(({ id, name }) => [id, name]))
  return table(
    entries.map(({ ts, jobId, status, durationMs, error, deliveryError, summary }) => [
      new Date(ts).toISOString(),
      printable(names.get(jobId) ?? jobId),
      status,
      roughly(durationMs),
      printable(firstLine(error ?? deliveryError ?? summary ?? '')),
    ]),
  )
}

function scheduleText(schedule: CronSchedule): string {
  switch (schedule.kind) {
    case 'at':
      return `at ${schedule.at}`
    case 'every':
      return `every ${formatDuration(schedule.everyMs)}`
    case 'cron':
      return `${schedule.expr}${schedule.tz === undefined ? '' : ` ${schedule.tz}`}`
  }
}

function nextText({ enabled, state }: CronJob, now: number): string {
  if (state.runningAtMs !== undefined) return 'runs now'
  if (!enabled) return 'disabled'
  return state.nextRunAtMs === undefined ? 'never' : inText(state.nextRunAtMs - now)
}

function lastText({ state }: CronJob, now: number): string {
  const { lastStatus, lastRunAtMs, lastDurationMs = 0, lastError } = state
  if (lastStatus === undefined || lastRunAtMs === undefined) return 'not yet'
  if (lastStatus === 'ok') return `last ok ${ago(now - lastRunAtMs)} (${roughly(lastDurationMs)})`
  return `last ${lastStatus}: ${printable(firstLine(lastError ?? 'unknown'))}`
}

function targetText({ sessionTarget, delivery, agentId }: CronJob): string {
  const whose = agentId === undefined ? '' : ` (${agentId})`
  if (delivery === undefined || delivery.mode === 'none') return `${sessionTarget}${whose}`
  const to =
    delivery.mode === 'webhook'
      ? originOf(delivery.to ?? '')
      : `${delivery.channel ?? 'last'}${delivery.to === undefined ? '' : ` ${delivery.to}`}`
  return `${sessionTarget}${whose} -> ${to}`
}

/** What stands behind the host of an address may be a secret. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'a webhook'
}

function inText(milliseconds: number): string {
  return milliseconds <= 0 ? 'now' : `in ${roughly(milliseconds)}`
}

/** `2026-11-22 07:00 Europe/Berlin`; without a zone of its own in that of this host. */
function timeText(time: number, zone: string | undefined): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
  return `${format.format(time)} ${zone ?? format.resolvedOptions().timeZone}`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
