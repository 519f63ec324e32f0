import { messageOf } from '../../../domain/failure.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { gatewayProbeDocument, gatewayProbeLines, type ProbedTarget } from '../render/gateway-probe.js'
import { askGateway } from '../status/ask-gateway.js'
import { lookAround } from '../target/look-around.js'
import { type ProbeTarget, probeTargets } from '../target/probe-targets.js'

const TIMEOUT_MS = 3_000
/** Others in the network are a by-catch: who wants to be sure asks `discover`. */
const LOOK_MS = 300

/** `mayros gateway probe`: every gateway that could be meant, asked at the same time. */
export async function gatewayProbe(context: CommandContext, flags: SharedFlags): Promise<number> {
  const { deps } = context
  const startedAt = deps.now()
  const targets = await probeTargets(context, flags, flags.timeout ?? TIMEOUT_MS)
  const looking = lookAround(context, LOOK_MS)
  const probed = await Promise.all(targets.map((target) => probe(context, target)))
  const facts = { targets: probed, sight: await looking, durationMs: deps.now() - startedAt }
  if (context.json) context.printJson(gatewayProbeDocument(facts))
  else context.print(gatewayProbeLines(facts))
  if (probed.some(({ seen }) => seen?.hello != null)) return exitCodes.ok
  return probed.every(isLockedOut) ? exitCodes.unauthorized : exitCodes.unreachable
}

async function probe(context: CommandContext, target: ProbeTarget): Promise<ProbedTarget> {
  const { access } = target
  if (access === null) return { target, seen: null, failure: target.problem, reason: messageOf(target.problem) }
  const seen = await askGateway(access, context.deps, { isDeep: false, withUsage: false })
  return { target, seen, failure: seen.failure, reason: seen.failure === null ? null : messageOf(seen.failure) }
}

function isLockedOut({ failure }: ProbedTarget): boolean {
  return failure instanceof CliFailure && failure.exitCode === exitCodes.unauthorized
}
