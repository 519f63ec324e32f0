import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import { ClientFailure } from '../../../application/ports/gateway-client.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type OverviewAnswers, type OverviewFacts, statusDocument, statusLines } from '../render/status.js'
import { findGateway } from '../target/gateway-access.js'

/** `mayros status`: an overview that always prints, also without a gateway. */
export async function status(context: CommandContext, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const startedAt = context.deps.now()
  const seen = await access.open().then(
    async (client) => {
      const answers = await askAll(client, access.timeoutMs)
      const latencyMs = context.deps.now() - startedAt
      await client.close()
      return { hello: client.hello, answers, latencyMs, failure: null }
    },
    (thrown: unknown) => ({ hello: null, answers: null, latencyMs: null, failure: access.explain(thrown) }),
  )
  const facts: OverviewFacts = { access, now: context.deps.now(), version: context.deps.version, ...seen }
  if (context.json) context.printJson(statusDocument(facts, context.deps.platform))
  else context.print(statusLines(facts))
  return exitCodes.ok
}

/** What one method cannot answer stays open; the rest is shown. */
async function askAll(client: GatewayClient, timeoutMs: number): Promise<OverviewAnswers> {
  const ask = (method: string): Promise<unknown> =>
    client.call(method, {}, { timeoutMs }).catch((thrown: unknown) => {
      if (thrown instanceof ClientFailure) return null
      throw thrown
    })
  const [health, overview, agents, models, heartbeat] = await Promise.all([
    ask('health'),
    ask('status'),
    ask('agents.list'),
    ask('models.list'),
    ask('last-heartbeat'),
  ])
  return { health, status: overview, agents, models, heartbeat } as OverviewAnswers
}
