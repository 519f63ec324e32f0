import { durationMs } from '../../../domain/config/duration.js'
import { UsageFailure } from '../cli-failure.js'
import type { SharedFlags } from '../command-context.js'

export interface JobFlags extends SharedFlags {
  readonly name?: string
  readonly description?: string
  readonly at?: string
  readonly every?: string
  readonly cron?: string
  readonly tz?: string
  readonly stagger?: string
  readonly exact?: boolean
  readonly systemEvent?: string
  readonly message?: string
  readonly session?: 'main' | 'isolated'
  readonly agent?: string
  readonly model?: string
  readonly thinking?: string
  readonly timeoutSeconds?: number
  readonly announce?: boolean
  /** False with --no-deliver; commander sets it to true otherwise. */
  readonly deliver?: boolean
  readonly channel?: string
  readonly to?: string
  readonly webhook?: string
  readonly bestEffortDeliver?: boolean
  readonly wake?: string
  readonly deleteAfterRun?: boolean
  readonly keepAfterRun?: boolean
  readonly disabled?: boolean
}

type Fields = Readonly<Record<string, unknown>>

/**
 * The fields of a job that the flags name, for `cron.add` and for the patch of `cron.update`.
 * @param now Unix milliseconds, for times from now
 * @param kind of the payload the job has, where only parts of it are named; null = a new job
 */
export function jobOfFlags(flags: JobFlags, now: number, kind: string | null): Fields {
  const { name, description, session, agent, wake, deleteAfterRun, keepAfterRun, disabled } = flags
  const payload = payloadOf(flags, kind)
  const schedule = scheduleOf(flags, now)
  if (kind === null && schedule === null) throw new UsageFailure('one of --at, --every and --cron is needed')
  if (kind === null && payload === null) throw new UsageFailure('one of --system-event and --message is needed')
  if (deleteAfterRun === true && keepAfterRun === true) {
    throw new UsageFailure('--delete-after-run and --keep-after-run exclude each other')
  }
  const delivery = deliveryOf(flags)
  const isKept = keepAfterRun === true ? false : deleteAfterRun
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(schedule === null ? {} : { schedule }),
    ...(payload === null ? {} : { payload }),
    ...(session === undefined ? {} : { sessionTarget: session }),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(wake === undefined ? {} : { wakeMode: wake }),
    ...(isKept === undefined ? {} : { deleteAfterRun: isKept }),
    ...(disabled === true ? { enabled: false } : {}),
    ...(delivery === null ? {} : { delivery }),
  }
}

function scheduleOf({ at, every, cron, tz, stagger, exact }: JobFlags, now: number): Fields | null {
  const given = [at, every, cron].filter((value) => value !== undefined)
  if (given.length > 1) throw new UsageFailure('--at, --every and --cron exclude each other')
  if (cron === undefined && [tz, stagger, exact].some((value) => value !== undefined)) {
    throw new UsageFailure('--tz, --stagger and --exact need --cron')
  }
  if (stagger !== undefined && exact === true) throw new UsageFailure('--stagger and --exact exclude each other')
  if (at !== undefined) return { kind: 'at', at: timeOf(at, now) }
  if (every !== undefined) return { kind: 'every', everyMs: spanOf('--every', every) }
  if (cron === undefined) return null
  const staggerMs = exact === true ? 0 : stagger === undefined ? undefined : spanOf('--stagger', stagger)
  return {
    kind: 'cron',
    expr: cron,
    ...(tz === undefined ? {} : { tz }),
    ...(staggerMs === undefined ? {} : { staggerMs }),
  }
}

function payloadOf(flags: JobFlags, kind: string | null): Fields | null {
  const { systemEvent, message, model, thinking, timeoutSeconds } = flags
  if (systemEvent !== undefined && message !== undefined) {
    throw new UsageFailure('--system-event and --message exclude each other')
  }
  const how = {
    ...(model === undefined ? {} : { model }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  }
  const hasHow = Object.keys(how).length > 0
  const isEvent = systemEvent !== undefined || (message === undefined && kind === 'systemEvent')
  if (hasHow && isEvent) throw new UsageFailure('--model, --thinking and --timeout-seconds need --message')
  if (systemEvent !== undefined) return { kind: 'systemEvent', text: systemEvent }
  if (message !== undefined) return { kind: 'agentTurn', message, ...how }
  return hasHow ? { kind: 'agentTurn', ...how } : null
}

function deliveryOf(flags: JobFlags): Fields | null {
  const { announce, deliver, channel, to, webhook, bestEffortDeliver } = flags
  const isNowhere = deliver === false
  const isChat = announce === true || channel !== undefined || (to !== undefined && webhook === undefined)
  if ([isNowhere, isChat, webhook !== undefined].filter(Boolean).length > 1) {
    throw new UsageFailure('--announce, --no-deliver and --webhook exclude each other')
  }
  const bestEffort = bestEffortDeliver === undefined ? {} : { bestEffort: bestEffortDeliver }
  if (isNowhere) return { mode: 'none' }
  if (webhook !== undefined) return { mode: 'webhook', to: webhook, ...bestEffort }
  if (!isChat && bestEffortDeliver === undefined) return null
  const place = { ...(channel === undefined ? {} : { channel }), ...(to === undefined ? {} : { to }) }
  return { mode: 'announce', ...place, ...bestEffort }
}

/** A time is one of this host unless it names a zone. */
function timeOf(text: string, now: number): string {
  const span = spanOrNull(text)
  const time = span === null ? Date.parse(text.trim()) : now + span
  if (Number.isNaN(time) || (span === null && !/^\d{4}-/.test(text.trim()))) {
    throw new UsageFailure(`--at: expected a time like 2026-11-22T16:00 or a duration like 20m, got "${text}"`)
  }
  return new Date(time).toISOString()
}

function spanOf(flag: string, text: string): number {
  const span = spanOrNull(text)
  if (span !== null && span > 0) return span
  throw new UsageFailure(`${flag}: expected a duration like 30s, 10m or 1h30m, got "${text}"`)
}

function spanOrNull(text: string): number | null {
  if (!/[a-z]/i.test(text) || /^\d{4}-/.test(text.trim())) return null
  try {
    return durationMs(text, 'ms')
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}
