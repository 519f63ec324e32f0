import { printable } from '../../../domain/log/printable.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { findJob } from '../cron/find-job.js'
import { exitCodes } from '../exit-codes.js'
import { roughly } from '../render/words.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface CronRunFlags extends SharedFlags {
  readonly due?: boolean
  readonly wait?: boolean
}

interface Answer {
  readonly ran: boolean
  readonly reason?: string
  readonly runId?: string
  readonly status?: string
  readonly summary?: string
  readonly error?: string
  readonly durationMs?: number
}

/** `mayros cron run`: runs a job now. Exit 1 when it did not run, or failed while it was waited for. */
export async function cronRun(context: CommandContext, given: string, flags: CronRunFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const isWaiting = flags.wait === true
  const { job, answer } = await withGateway(access, async (client) => {
    const found = await findJob(client, given, timeoutMs)
    const params = { id: found.id, mode: flags.due === true ? 'due' : 'force' }
    const options = isWaiting ? { expectFinal: true, timeoutMs: 0 } : { timeoutMs }
    return { job: found, answer: await client.call<Answer>('cron.run', params, options) }
  })
  const name = printable(job.name)
  const { ran, reason, runId, status, summary, error, durationMs } = answer
  if (context.json) {
    context.printJson({
      ok: true,
      id: job.id,
      ran,
      reason: reason ?? null,
      ...(runId === undefined ? {} : { runId, status }),
    })
  } else if (!ran) context.print(`${name} did not run: ${reason === 'not-due' ? 'it is not due' : 'it runs already'}`)
  else if (!isWaiting) context.print(`${name} runs (${runId})`)
  else {
    context.print(`${name}: ${status ?? 'ok'}${durationMs === undefined ? '' : ` after ${roughly(durationMs)}`}`)
    for (const line of [error, summary].flatMap((text) => text?.split('\n') ?? [])) context.print(printable(line))
  }
  return ran ? exitCodes.ok : exitCodes.failed
}
