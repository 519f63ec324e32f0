import type { LogTail } from '../../../application/ports/log-reader.js'
import type { InterruptSignal } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodeOfSignal, exitCodes } from '../exit-codes.js'
import type { Moment } from '../option-values.js'
import { LogPrinter, type LogSelection } from '../render/log-printer.js'
import { shortPath } from '../render/words.js'
import { findGateway, type GatewayAccess, withGateway } from '../target/gateway-access.js'
import { followLog, type LogFollowing } from './follow-log.js'

export interface LogsFlags extends SharedFlags, Omit<LogSelection, 'since'> {
  readonly since?: Moment
  readonly follow?: boolean
  readonly limit?: number
  readonly maxBytes?: number
  /** Milliseconds between two looks. */
  readonly interval?: number
  readonly plain?: boolean
  readonly localTime?: boolean
  readonly offline?: boolean
}

export const LOG_LIMIT = 200
export const LOG_MAX_BYTES = 250_000
const FOLLOW_INTERVAL_MS = 1000
/** What a gateway gives at most at once. */
const MOST_LINES = 5000
const MOST_BYTES = 1_000_000

/** `mayros logs`: the gateway's log, over RPC. */
export async function logs(context: CommandContext, flags: LogsFlags): Promise<number> {
  if (flags.offline === true && flags.follow === true) throw new UsageFailure('--offline cannot follow')
  const { stdout } = context.deps
  const printer = new LogPrinter(stdout, {
    json: context.json,
    selection: selectionOf(flags, context.deps.now()),
    style: {
      paint: context.paint,
      short: stdout.isTTY && flags.plain !== true,
      localTime: flags.localTime === true,
    },
  })
  const request = requestOf(flags, printer.isSelective)
  if (flags.offline === true) {
    printer.tail(await context.deps.readLogTail(await context.environment(), request), newestOf(flags))
    return exitCodes.ok
  }
  try {
    return await overRpc(context, flags, printer, request)
  } catch (thrown) {
    if (!context.json || !(thrown instanceof CliFailure)) throw thrown
    context.printJsonLine({ type: 'error', code: thrown.code, message: thrown.message })
    return thrown.exitCode
  }
}

function selectionOf({ since, ...flags }: LogsFlags, now: number): LogSelection {
  return since === undefined ? flags : { ...flags, since: 'at' in since ? since.at : now - since.agoMs }
}

/** Lines that are not wanted must not take the place of those that are: as much is looked through as there may be. */
function requestOf({ limit, maxBytes }: LogsFlags, isSelective: boolean): { limit: number; maxBytes: number } {
  return isSelective
    ? { limit: MOST_LINES, maxBytes: maxBytes ?? MOST_BYTES }
    : { limit: limit ?? LOG_LIMIT, maxBytes: maxBytes ?? LOG_MAX_BYTES }
}

/** With `--since` all of them, unless a limit was named. */
function newestOf({ limit, since }: LogsFlags): number {
  return limit ?? (since === undefined ? LOG_LIMIT : Number.POSITIVE_INFINITY)
}

async function overRpc(
  context: CommandContext,
  flags: LogsFlags,
  printer: LogPrinter,
  request: { limit: number; maxBytes: number },
): Promise<number> {
  const access = await findGateway(context, flags)
  try {
    if (flags.follow === true) {
      const intervalMs = flags.interval ?? FOLLOW_INTERVAL_MS
      const find = () => findAgain(context, access, flags)
      return await follow(context, { access, find, printer, newest: newestOf(flags) }, { ...request, intervalMs })
    }
    printer.tail(await once(access, request), newestOf(flags))
    return exitCodes.ok
  } catch (thrown) {
    throw withOfflineHint(thrown, access)
  }
}

/** Without a gateway the file is still there, if the gateway is one of this host. */
function withOfflineHint(thrown: unknown, access: GatewayAccess): unknown {
  const isAway = thrown instanceof CliFailure && thrown.exitCode === exitCodes.unreachable
  if (!isAway || access.target.kind !== 'local') return thrown
  const place = shortPath(`${access.environment.stateDir}/logs`, access.environment.home)
  return new CliFailure(thrown.code, thrown.message, {
    exitCode: thrown.exitCode,
    notes: [
      ...thrown.notes,
      { label: 'note', text: `log files are in ${place}; read them with: mayros logs --offline` },
    ],
    details: thrown.details,
    cause: thrown,
  })
}

/** The gateway may come back at another address. A secret that came from stdin is not there a second time. */
function findAgain(context: CommandContext, { target }: GatewayAccess, flags: LogsFlags): Promise<GatewayAccess> {
  const { token, password } = flags
  return findGateway(
    context,
    {
      ...flags,
      ...(token === '-' && target.token !== null ? { token: target.token.value } : {}),
      ...(password === '-' && target.password !== null ? { password: target.password.value } : {}),
    },
    { quiet: true },
  )
}

function once(access: GatewayAccess, request: { limit: number; maxBytes: number }): Promise<LogTail> {
  return withGateway(access, (client) => client.call<LogTail>('logs.tail', request, { timeoutMs: access.timeoutMs }))
}

async function follow(
  context: CommandContext,
  following: Pick<LogFollowing, 'access' | 'find' | 'printer' | 'newest'>,
  request: LogFollowing['request'],
): Promise<number> {
  const stop = new AbortController()
  let signal: InterruptSignal | null = null
  const off = context.deps.onInterrupt((received) => {
    signal = received
    stop.abort()
  })
  try {
    await followLog({ ...following, deps: context.deps, request, stop: stop.signal })
    return signal === null ? exitCodes.ok : exitCodeOfSignal(signal)
  } finally {
    off()
  }
}
