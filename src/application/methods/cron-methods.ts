import { covers } from '../../domain/access/scopes.js'
import type { CronJob } from '../../domain/protocol/cron-job.js'
import {
  type CronJobParams,
  type CronListParams,
  type CronPreviewParams,
  type CronRunParams,
  type CronRunsParams,
  type CronUpdateParams,
  cronAddParams,
  cronJobParams,
  cronListParams,
  cronPreviewParams,
  cronRunParams,
  cronRunsParams,
  cronUpdateParams,
} from '../../domain/protocol/methods/cron.js'
import { unavailable } from '../../domain/protocol/refusal.js'
import type { Call } from '../connection/call.js'
import type { CronDesk } from '../cron/cron-desk.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { Clock } from '../ports/clock.js'

const HIDDEN = '[redacted]'
const RUNS = 200
const PREVIEWED = 3

/** Work by the clock. */
export function cronMethods(desk: CronDesk, clock: Pick<Clock, 'now'>): readonly MethodRow[] {
  return [
    method('cron.list', cronListParams, ({ includeDisabled = false }: CronListParams, call) => {
      const isAdmin = covers(call.client.identity.scopes, 'operator.admin')
      const jobs = desk.list(includeDisabled)
      return { jobs: isAdmin ? jobs : jobs.map(withoutPath) }
    }),
    method('cron.status', cronListParams, () => desk.status()),
    method('cron.add', cronAddParams, (params) => desk.add(params)),
    method('cron.update', cronUpdateParams, (params: CronUpdateParams) => desk.update(idOf(params), params.patch)),
    method('cron.remove', cronJobParams, async (params: CronJobParams) => ({
      ok: true,
      removed: await desk.remove(idOf(params)),
    })),
    patient(method('cron.run', cronRunParams, (params: CronRunParams, call) => run(desk, clock, params, call))),
    method('cron.preview', cronPreviewParams, async ({ schedule, count = PREVIEWED }: CronPreviewParams) => ({
      times: await desk.preview(schedule, count),
    })),
    method('cron.runs', cronRunsParams, (params: CronRunsParams) => ({
      entries: desk.runs(params.id ?? params.jobId, params.limit ?? RUNS),
    })),
  ]
}

/** Answers when the run is recorded, and once more with its end. A run that failed is a failed request, as with `agent`. */
async function run(desk: CronDesk, clock: Pick<Clock, 'now'>, params: CronRunParams, call: Call): Promise<object> {
  const asked = await desk.run(idOf(params), params.mode ?? 'force')
  if (!asked.ran) return { ok: true, ...asked }
  const { runId, ended } = asked
  call.acknowledge({ ok: true, ran: true, runId, status: 'accepted', acceptedAt: clock.now() })
  const entry = await ended
  if (entry.status === 'error') {
    const summary = entry.error ?? 'the job failed'
    throw unavailable(summary, { payload: { ok: true, ran: true, runId, status: 'error', summary } })
  }
  const { status, summary, error, durationMs, deliveryStatus } = entry
  return {
    ok: true,
    ran: true,
    runId,
    status,
    durationMs,
    ...(summary === undefined ? {} : { summary }),
    ...(error === undefined ? {} : { error }),
    ...(deliveryStatus === undefined ? {} : { deliveryStatus }),
  }
}

/** What stands behind the host of a webhook's address lets in whoever knows it. */
function withoutPath(job: CronJob): CronJob {
  const { delivery } = job
  if (delivery?.mode !== 'webhook' || delivery.to === undefined) return job
  return { ...job, delivery: { ...delivery, to: URL.canParse(delivery.to) ? new URL(delivery.to).origin : HIDDEN } }
}

/** One of both is there: the parameters were checked. */
function idOf({ id, jobId }: { readonly id?: string | undefined; readonly jobId?: string | undefined }): string {
  return id ?? jobId ?? ''
}
