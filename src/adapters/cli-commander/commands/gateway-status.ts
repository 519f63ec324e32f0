import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type GatewayStatusFacts, runtimeOf } from '../render/gateway-facts.js'
import { gatewayStatusLines } from '../render/gateway-status.js'
import { gatewayStatusDocument } from '../render/gateway-status-document.js'
import { deepLook } from '../status/deep-look.js'
import { lookAtService, type ServiceSight } from '../status/look-at-service.js'
import { findGateway, type GatewayAccess } from '../target/gateway-access.js'
import { type ProbeOutcome, probeGateway } from '../target/probe.js'

export interface GatewayStatusFlags extends SharedFlags {
  /** False with `--no-probe`. */
  readonly probe?: boolean
  /** Also look for other services and gateways, and into the log. */
  readonly deep?: boolean
}

/** `mayros gateway status`: service, process, port and an RPC probe in one view. */
export async function gatewayStatus(context: CommandContext, flags: GatewayStatusFlags): Promise<number> {
  const facts = await gatherStatus(context, flags)
  if (context.json) context.printJson(gatewayStatusDocument(facts))
  else context.print(gatewayStatusLines(facts))
  return exitCodeOf(facts)
}

/** Looks at everything there is. Where a service is installed, its port and paths count, not those of this shell. */
export async function gatherStatus(context: CommandContext, flags: GatewayStatusFlags): Promise<GatewayStatusFacts> {
  const { deps } = context
  const isDeep = flags.deep === true
  const environment = await context.environment()
  const ownHints = await deps.readConnectionHints(environment)
  const isElsewhere = flags.url !== undefined || ownHints.mode === 'remote'
  const service = isElsewhere ? null : await lookAtService(context, ownHints, isDeep)
  const daemon = await readDaemonConfig(context, service)
  const place = service?.place ?? null
  const access = await findGateway(context, flags, {
    ...(place === null
      ? {}
      : {
          place: {
            stateDir: place.stateDir,
            port: place.port ?? daemon?.hints.port ?? null,
            isEncrypted: daemon?.hints.tls === true,
          },
        }),
  })
  const probe = flags.probe === false ? null : await probeGateway(context, access)
  const pid = access.target.kind === 'local' ? (access.record?.pid ?? null) : null
  const [holders, memoryBytes, deep] = await Promise.all([
    findHolders(context, access, probe),
    pid === null ? null : deps.processMemory(pid),
    isDeep && !isElsewhere ? deepLook(context, place?.stateDir ?? environment.stateDir) : null,
  ])
  return { access, probe, holders, service, daemon, memoryBytes, deep, version: deps.version, now: deps.now() }
}

async function readDaemonConfig(
  context: CommandContext,
  service: ServiceSight | null,
): Promise<GatewayStatusFacts['daemon']> {
  if (service?.place == null) return null
  const { stateDir, configPath } = service.place
  const hints = await context.deps.readConnectionHints({ ...(await context.environment()), stateDir, configPath })
  return { path: configPath, hints }
}

/** Who is on the port, where that is not plain already. */
async function findHolders(context: CommandContext, access: GatewayAccess, probe: ProbeOutcome | null) {
  if (access.target.kind !== 'local' || (probe?.ok === true && !context.json)) return []
  return context.deps.findPortHolders(access.target.port, ['127.0.0.1', '::1'])
}

function exitCodeOf(facts: GatewayStatusFacts): number {
  const { access, probe } = facts
  const isRunning = runtimeOf(facts) === 'running'
  if (isRunning && (probe === null || probe.ok)) return exitCodes.ok
  const failure = probe === null || probe.ok ? null : probe.failure
  if (failure instanceof CliFailure && failure.exitCode === exitCodes.unauthorized) return exitCodes.unauthorized
  return isRunning || access.record !== null ? exitCodes.unreachable : notRunning(facts)
}

function notRunning({ access, service, daemon }: GatewayStatusFacts): number {
  const lastExit = service?.report?.state.lastExit?.code
  const problems = (daemon?.hints ?? access.hints).problems
  return problems.length > 0 || lastExit === exitCodes.configuration ? exitCodes.configuration : exitCodes.unreachable
}
