import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type GatewayStatusFacts, gatewayStatusDocument, gatewayStatusLines } from '../render/gateway-status.js'
import { findGateway, type GatewayAccess } from '../target/gateway-access.js'
import { type ProbeOutcome, probeGateway } from '../target/probe.js'

export interface GatewayStatusFlags extends SharedFlags {
  /** False with `--no-probe`. */
  readonly probe?: boolean
}

/** `mayros gateway status`: process, port and an RPC probe in one view. */
export async function gatewayStatus(context: CommandContext, flags: GatewayStatusFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const probe = flags.probe === false ? null : await probeGateway(context, access)
  const holders = await findHolders(context, access, probe)
  const facts: GatewayStatusFacts = { access, probe, holders, now: context.deps.now() }
  if (context.json) context.printJson(gatewayStatusDocument(facts))
  else context.print(gatewayStatusLines(facts))
  return exitCodeOf(access, probe)
}

/** Who is on the port, where that is not plain already. */
async function findHolders(context: CommandContext, access: GatewayAccess, probe: ProbeOutcome | null) {
  if (access.target.kind !== 'local' || (probe?.ok === true && !context.json)) return []
  return context.deps.findPortHolders(access.target.port, ['127.0.0.1', '::1'])
}

function exitCodeOf(access: GatewayAccess, probe: ProbeOutcome | null): number {
  if (probe === null) return access.record?.state === 'running' ? exitCodes.ok : notRunning(access)
  if (probe.ok) return exitCodes.ok
  const failure = probe.failure
  if (failure instanceof CliFailure && failure.exitCode === exitCodes.unauthorized) return exitCodes.unauthorized
  return access.record === null ? notRunning(access) : exitCodes.unreachable
}

function notRunning(access: GatewayAccess): number {
  return access.hints.problems.length > 0 ? exitCodes.configuration : exitCodes.unreachable
}
