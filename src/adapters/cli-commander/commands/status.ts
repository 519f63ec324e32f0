import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type OverviewFacts, type OverviewReport, statusLines } from '../render/status.js'
import { statusDocument } from '../render/status-document.js'
import { reportLines } from '../render/status-report.js'
import { askGateway } from '../status/ask-gateway.js'
import { newestLines } from '../status/deep-look.js'
import { lookAtSecurity } from '../status/look-at-security.js'
import { lookAtService } from '../status/look-at-service.js'
import { findGateway } from '../target/gateway-access.js'
import { knownUpdate } from '../update/known-update.js'

export interface StatusFlags extends SharedFlags {
  /** Live probes, keys, times and memory. */
  readonly deep?: boolean
  /** Everything, to be pasted into a ticket. */
  readonly all?: boolean
  /** What providers were asked for. */
  readonly usage?: boolean
}

const SHOWN_LINES = 20
const WORTH_SHOWING = ['warn', 'error', 'fatal']

/** `mayros status`: an overview that always prints, also without a gateway. */
export async function status(context: CommandContext, flags: StatusFlags): Promise<number> {
  const { deps } = context
  const isDeep = flags.deep === true || flags.all === true
  const access = await findGateway(context, flags)
  const isOfThisHost = access.target.kind === 'local'
  const pid = isOfThisHost ? (access.record?.pid ?? null) : null
  const [seen, security, update, service, memoryBytes] = await Promise.all([
    askGateway(access, deps, { isDeep, withUsage: flags.usage === true || flags.all === true }),
    lookAtSecurity(context),
    knownUpdate(context),
    isOfThisHost && (context.json || flags.all === true) ? lookAtService(context, access.hints, isDeep) : null,
    pid === null || !isDeep ? null : deps.processMemory(pid),
  ])
  const facts: OverviewFacts = {
    ...seen,
    access,
    now: deps.now(),
    version: deps.version,
    security,
    update,
    service,
    memoryBytes,
    isDeep,
    report: flags.all === true ? await reportOf(context, isOfThisHost) : null,
  }
  if (context.json) context.printJson(statusDocument(facts, deps.platform))
  else context.print([...statusLines(facts), ...reportLines(facts, deps.platform)])
  return exitCodes.ok
}

async function reportOf(context: CommandContext, isOfThisHost: boolean): Promise<OverviewReport> {
  const { stateDir } = await context.environment()
  return {
    host: context.deps.host(),
    installation: context.deps.installation().kind,
    log: isOfThisHost ? await newestLines(context, stateDir, WORTH_SHOWING, SHOWN_LINES) : [],
  }
}
