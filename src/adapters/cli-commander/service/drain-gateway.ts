import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import { ClientFailure } from '../../../application/ports/gateway-client.js'
import type { CommandContext } from '../command-context.js'
import { plural } from '../render/words.js'
import { findGateway } from '../target/gateway-access.js'

const POLL_MS = 250

/** Flags of the commands that end what runs. */
export interface DrainFlags {
  /** Seconds. */
  readonly drain?: number
}

/**
 * Waits until the running gateway works on nothing, at most that long. A gateway that does not answer is not waited for.
 * What is left then is told: runs that have begun end as interrupted, what waits in line is done after the next start.
 */
export async function drainGateway(context: CommandContext, seconds: number): Promise<void> {
  if (seconds === 0) return
  const { deps } = context
  const access = await findGateway(context, {}, { quiet: true })
  if (access.record === null) return
  try {
    const client = await access.open()
    try {
      const left = await emptied(client, () => deps.now(), deps.pause, seconds * 1000)
      if (left > 0)
        context.note(
          `${plural(left, 'run')} not over after ${seconds} s; what has begun ends as interrupted, what waits is done after the next start`,
        )
    } finally {
      await client.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof ClientFailure)) throw thrown
    context.note(`warning: not drained, the gateway does not answer: ${thrown.message}`)
  }
}

/** How many runs are left when nothing runs any more, or when the time is over. */
async function emptied(
  client: GatewayClient,
  now: () => number,
  pause: CommandContext['deps']['pause'],
  forMs: number,
): Promise<number> {
  const deadline = now() + forMs
  for (;;) {
    const { runs } = await client.call<{ runs: { running: number; waiting: number } }>('metrics.snapshot', {})
    const left = runs.running + runs.waiting
    if (left === 0 || now() >= deadline) return left
    await pause(Math.min(POLL_MS, Math.max(1, deadline - now())))
  }
}
