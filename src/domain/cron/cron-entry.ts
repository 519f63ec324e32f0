import type { CronDeliveryStatus, CronStatus } from '../protocol/cron-job.js'

/** One run of a job that has ended, as `cron.runs` tells it. Times are Unix milliseconds. */
export interface CronEntry {
  readonly ts: number
  readonly jobId: string
  readonly action: 'finished'
  readonly status: CronStatus
  readonly error?: string
  /** What the agent said, cut short. */
  readonly summary?: string
  readonly delivered?: boolean
  readonly deliveryStatus?: CronDeliveryStatus
  readonly deliveryError?: string
  readonly sessionId?: string
  readonly sessionKey?: string
  readonly runAtMs: number
  readonly durationMs: number
  readonly nextRunAtMs?: number
  readonly model?: string
  readonly provider?: string
  readonly usage?: unknown
}
