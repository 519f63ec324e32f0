import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import { printable } from '../../../domain/log/printable.js'
import type { CronJob } from '../../../domain/protocol/cron-job.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { findJob } from '../cron/find-job.js'
import { type JobFlags, jobOfFlags } from '../cron/job-of-flags.js'
import { exitCodes } from '../exit-codes.js'
import { jobWithTimes } from '../render/cron.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

/** `mayros cron add`: a new job. */
export async function cronAdd(context: CommandContext, flags: JobFlags): Promise<number> {
  const fields = jobOfFlags(flags, context.deps.now(), null)
  return changed(context, flags, 'added', (client, timeoutMs) =>
    client.call<CronJob>('cron.add', fields, { timeoutMs }),
  )
}

/** `mayros cron edit`: what the flags name. */
export async function cronEdit(context: CommandContext, given: string, flags: JobFlags): Promise<number> {
  return changed(context, flags, 'changed', async (client, timeoutMs) => {
    const { id, payload } = await findJob(client, given, timeoutMs)
    const patch = jobOfFlags(flags, context.deps.now(), payload.kind)
    if (Object.keys(patch).length === 0)
      throw new UsageFailure('nothing to change was named; see: mayros cron edit --help')
    return client.call<CronJob>('cron.update', { id, patch }, { timeoutMs })
  })
}

/** `mayros cron enable` and `disable`. */
export async function cronSwitch(
  context: CommandContext,
  given: string,
  enabled: boolean,
  flags: SharedFlags,
): Promise<number> {
  return changed(context, flags, enabled ? 'enabled' : 'disabled', async (client, timeoutMs) => {
    const { id } = await findJob(client, given, timeoutMs)
    return client.call<CronJob>('cron.update', { id, patch: { enabled } }, { timeoutMs })
  })
}

/** `mayros cron rm`: takes a job away. */
export async function cronRemove(context: CommandContext, given: string, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const { job, removed } = await withGateway(access, async (client) => {
    const found = await findJob(client, given, timeoutMs)
    const answer = await client.call<{ readonly removed: boolean }>('cron.remove', { id: found.id }, { timeoutMs })
    return { job: found, removed: answer.removed }
  })
  if (context.json) context.printJson({ ok: true, id: job.id, removed })
  else context.print(`removed ${job.id}  ${printable(job.name)}`)
  return exitCodes.ok
}

async function changed(
  context: CommandContext,
  flags: SharedFlags,
  what: string,
  change: (client: GatewayClient, timeoutMs: number) => Promise<CronJob>,
): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const { job, times } = await withGateway(access, async (client) => {
    const made = await change(client, timeoutMs)
    return { job: made, times: context.json ? [] : await nextTimes(client, made, timeoutMs) }
  })
  if (context.json) context.printJson({ jobs: [job] })
  else context.print(jobWithTimes(what, job, times))
  return exitCodes.ok
}

/** The next runs; of a job that has its first one already, those that follow from its schedule. */
async function nextTimes(client: GatewayClient, job: CronJob, timeoutMs: number): Promise<readonly number[]> {
  const { enabled, schedule, state, createdAtMs } = job
  if (!enabled || state.nextRunAtMs === undefined) return []
  if (schedule.kind === 'at') return [state.nextRunAtMs]
  const asked = schedule.kind === 'every' ? { ...schedule, anchorMs: schedule.anchorMs ?? createdAtMs } : schedule
  const { times } = await client.call<{ readonly times: readonly number[] }>(
    'cron.preview',
    { schedule: asked },
    { timeoutMs },
  )
  return times
}
