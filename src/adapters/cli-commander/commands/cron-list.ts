import type { CronJob } from '../../../domain/protocol/cron-job.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type CronStatus, jobLines, statusLine } from '../render/cron.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

interface Jobs {
  readonly jobs: readonly CronJob[]
}

/** `mayros cron list`: the jobs, and how many more there are. */
export async function cronList(
  context: CommandContext,
  flags: SharedFlags & { readonly all?: boolean },
): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const { jobs } = await withGateway(access, (client) =>
    client.call<Jobs>('cron.list', { includeDisabled: true }, { timeoutMs }),
  )
  const shown = flags.all === true ? jobs : jobs.filter(({ enabled }) => enabled)
  if (context.json) context.printJson({ jobs: shown })
  else context.print(jobLines(shown, jobs, context.deps.now()))
  return exitCodes.ok
}

/** `mayros cron status`: whether jobs run at all, and which one is next. */
export async function cronStatus(context: CommandContext, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const [status, { jobs }] = await withGateway(access, (client) =>
    Promise.all([
      client.call<CronStatus>('cron.status', {}, { timeoutMs }),
      client.call<Jobs>('cron.list', {}, { timeoutMs }),
    ]),
  )
  if (context.json) context.printJson({ reason: null, ...status })
  else context.print(statusLine(status, jobs, context.deps.now()))
  return exitCodes.ok
}
