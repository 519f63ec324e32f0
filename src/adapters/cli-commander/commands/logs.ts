import type { LogTail } from '../../../application/ports/log-reader.js'
import type { InterruptSignal } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodeOfSignal, exitCodes } from '../exit-codes.js'
import { LogPrinter, type LogSelection } from '../render/log-printer.js'
import { shortPath } from '../render/words.js'
import { findGateway, type GatewayAccess, withGateway } from '../target/gateway-access.js'
import { followLog } from './follow-log.js'

export interface LogsFlags extends SharedFlags, LogSelection {
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

/** `mayros logs`: the gateway's log, over RPC. */
export async function logs(context: CommandContext, flags: LogsFlags): Promise<number> {
  if (flags.offline === true && flags.follow === true) throw new UsageFailure('--offline cannot follow')
  const { stdout } = context.deps
  const printer = new LogPrinter(stdout, {
    json: context.json,
    selection: flags,
    style: {
      paint: context.paint,
      short: stdout.isTTY && flags.plain !== true,
      localTime: flags.localTime === true,
    },
  })
  const request = { limit: flags.limit ?? LOG_LIMIT, maxBytes: flags.maxBytes ?? LOG_MAX_BYTES }
  if (flags.offline === true) {
    printer.tail(await context.deps.readLogTail(await context.environment(), request))
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
      return await follow(context, access, printer, { ...request, intervalMs })
    }
    printer.tail(await once(access, request))
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

function once(access: GatewayAccess, request: { limit: number; maxBytes: number }): Promise<LogTail> {
  return withGateway(access, (client) => client.call<LogTail>('logs.tail', request, { timeoutMs: access.timeoutMs }))
}

async function follow(
  context: CommandContext,
  access: GatewayAccess,
  printer: LogPrinter,
  request: { limit: number; maxBytes: number; intervalMs: number },
): Promise<number> {
  const stop = new AbortController()
  let signal: InterruptSignal | null = null
  const off = context.deps.onInterrupt((received) => {
    signal = received
    stop.abort()
  })
  try {
    await followLog({ deps: context.deps, access, printer, request, stop: stop.signal })
    return signal === null ? exitCodes.ok : exitCodeOfSignal(signal)
  } finally {
    off()
  }
}
