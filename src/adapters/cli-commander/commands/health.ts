import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type HealthSnapshot, healthLines } from '../render/health.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface HealthFlags extends SharedFlags {
  readonly verbose?: boolean
}

/** `mayros health`: the health snapshot of the running gateway. */
export async function health(context: CommandContext, flags: HealthFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const probe = flags.verbose === true
  const { snapshot, latencyMs } = await withGateway(access, async (client) => {
    const startedAt = context.deps.now()
    const snapshot = await client.call<HealthSnapshot>('health', probe ? { probe } : {}, {
      timeoutMs: access.timeoutMs,
    })
    return { snapshot, latencyMs: context.deps.now() - startedAt }
  })
  if (context.json) context.printJson(snapshot)
  else context.print(healthLines(snapshot, { latencyMs, now: context.deps.now() }))
  return snapshot.ok ? exitCodes.ok : exitCodes.failed
}
