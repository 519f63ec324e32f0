import type { CronEntry } from '../../../domain/cron/cron-entry.js'
import type { CronJob } from '../../../domain/protocol/cron-job.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { findJob } from '../cron/find-job.js'
import { exitCodes } from '../exit-codes.js'
import { runLines } from '../render/cron.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface CronRunsFlags extends SharedFlags {
  readonly id?: string
  readonly limit?: number
}

const LIMIT = 50

/** `mayros cron runs`: how jobs have ended. */
export async function cronRuns(context: CommandContext, flags: CronRunsFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const { entries, jobs } = await withGateway(access, async (client) => {
    const id = flags.id === undefined ? {} : { id: (await findJob(client, flags.id, timeoutMs)).id }
    const [runs, list] = await Promise.all([
      client.call<{ readonly entries: readonly CronEntry[] }>(
        'cron.runs',
        { ...id, limit: flags.limit ?? LIMIT },
        { timeoutMs },
      ),
      client.call<{ readonly jobs: readonly CronJob[] }>('cron.list', { includeDisabled: true }, { timeoutMs }),
    ])
    return { ...runs, ...list }
  })
  if (context.json) context.printJson({ entries })
  else context.print(runLines(entries, jobs))
  return exitCodes.ok
}
