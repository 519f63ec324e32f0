import { ClientFailure } from '../../../application/ports/gateway-client.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type ChannelsSnapshot, channelLines, channelsDocument, configuredOnly, isHealthy } from '../render/channels.js'
import { findGateway, type GatewayAccess } from '../target/gateway-access.js'

export interface ChannelsStatusFlags extends SharedFlags {
  readonly probe?: boolean
}

/** `mayros channels status`: how every account stands. Without a gateway, what is configured. */
export async function channelsStatus(context: CommandContext, flags: ChannelsStatusFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const seen = await ask(access, flags)
  if ('failure' in seen) return withoutGateway(context, access, seen.failure)
  const { snapshot } = seen
  if (context.json) context.printJson(channelsDocument(snapshot))
  else context.print(channelLines(snapshot, context.deps.now()))
  return isHealthy(snapshot) ? exitCodes.ok : exitCodes.failed
}

async function ask(
  access: GatewayAccess,
  flags: ChannelsStatusFlags,
): Promise<{ readonly snapshot: ChannelsSnapshot } | { readonly failure: unknown }> {
  try {
    const client = await access.open()
    try {
      const params = flags.probe === true ? { probe: true, timeoutMs: access.timeoutMs } : {}
      // The gateway gives each network its time; the answer takes a little longer than the slowest.
      const timeoutMs = access.timeoutMs + 2_000
      return { snapshot: await client.call<ChannelsSnapshot>('channels.status', params, { timeoutMs }) }
    } finally {
      await client.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof ClientFailure)) throw thrown
    return { failure: access.explain(thrown) }
  }
}

async function withoutGateway(context: CommandContext, access: GatewayAccess, failure: unknown): Promise<number> {
  const isAway = failure instanceof CliFailure && failure.exitCode === exitCodes.unreachable
  if (!isAway || access.target.kind !== 'local') throw failure
  const { source } = await context.deps.openConfig(access.environment)
  const { config } = await source.read()
  const snapshot = configuredOnly(config, context.deps.now())
  if (context.json) context.printJson({ ...channelsDocument(snapshot), ok: false, gateway: null })
  else context.print(['no gateway: showing the config only', ...channelLines(snapshot, context.deps.now())])
  return exitCodes.unreachable
}
