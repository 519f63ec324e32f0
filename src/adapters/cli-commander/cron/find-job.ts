import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import { printable } from '../../../domain/log/printable.js'
import type { CronJob } from '../../../domain/protocol/cron-job.js'
import { byPrefix } from '../devices/by-prefix.js'

/** The job that is meant by its id or the beginning of it. @throws CliFailure when there is none, or several */
export async function findJob(client: GatewayClient, given: string, timeoutMs: number): Promise<CronJob> {
  const { jobs } = await client.call<{ readonly jobs: readonly CronJob[] }>(
    'cron.list',
    { includeDisabled: true },
    { timeoutMs },
  )
  return byPrefix(jobs, given, {
    what: 'job',
    idOf: ({ id }) => id,
    describe: ({ id, name }) => `${id}  ${printable(name)}`,
    hint: 'mayros cron list --all',
  })
}
