import { ClientFailure, type GatewayClient } from '../../../application/ports/gateway-client.js'
import type { LogTail } from '../../../application/ports/log-reader.js'
import type { CliDeps } from '../cli-deps.js'
import type { LogPrinter } from '../render/log-printer.js'
import type { GatewayAccess } from '../target/gateway-access.js'

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 10_000
/** A follower asks for more at once than it shows at first. */
const FOLLOW_LIMIT = 5000

export interface LogFollowing {
  readonly deps: Pick<CliDeps, 'pause' | 'stdout'>
  readonly access: GatewayAccess
  /** Finds the gateway anew, which may have come back at another address. */
  readonly find: () => Promise<GatewayAccess>
  readonly printer: LogPrinter
  /** Of the first lines only so many, the newest. */
  readonly newest: number
  readonly request: { readonly limit: number; readonly maxBytes: number; readonly intervalMs: number }
  readonly stop: AbortSignal
}

/**
 * Prints new lines as they come, over any number of gateway restarts, until it is stopped or nobody reads any more.
 * Only the first connection may fail; what cannot heal by itself (a wrong secret) ends the following at any time.
 */
export async function followLog(following: LogFollowing): Promise<void> {
  const { deps, printer, stop } = following
  let { access } = following
  const position: { cursor: number | null } = { cursor: null }
  let backoffMs = 0
  const ended = () => stop.aborted || deps.stdout.closed
  while (!ended()) {
    try {
      const client = await access.open({ signal: stop })
      backoffMs = 0
      try {
        await poll(client, { ...following, access }, position, ended)
      } finally {
        await client.close()
      }
    } catch (thrown) {
      if (ended()) return
      if (position.cursor === null || !mayHeal(thrown)) throw access.explain(thrown)
      if (backoffMs === 0) printer.notice('gateway restarting, waiting')
      backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs === 0 ? FIRST_BACKOFF_MS : backoffMs * 2)
      await deps.pause(backoffMs, stop)
      if (!ended()) access = await following.find()
    }
  }
}

async function poll(
  client: GatewayClient,
  { deps, access, printer, request, newest, stop }: LogFollowing,
  position: { cursor: number | null },
  ended: () => boolean,
): Promise<void> {
  let isFirst = true
  while (!ended()) {
    const known = position.cursor
    const params =
      known === null
        ? { limit: request.limit, maxBytes: request.maxBytes }
        : { cursor: known, limit: FOLLOW_LIMIT, maxBytes: request.maxBytes }
    const tail = await client.call<LogTail>('logs.tail', params, { timeoutMs: access.timeoutMs, signal: stop })
    if (known !== null && tail.reset) {
      const opening = isFirst ? 'connected again, ' : ''
      printer.notice(`${opening}some lines in between may be missing`)
    }
    printer.tail(tail, known === null ? newest : Number.POSITIVE_INFINITY)
    isFirst = false
    const hasMore = known !== null && tail.cursor > known && tail.cursor < tail.size
    position.cursor = tail.cursor
    if (!hasMore) await deps.pause(request.intervalMs, stop)
  }
}

function mayHeal(thrown: unknown): boolean {
  return thrown instanceof ClientFailure && ['unreachable', 'timeout', 'closed', 'not_a_gateway'].includes(thrown.code)
}
