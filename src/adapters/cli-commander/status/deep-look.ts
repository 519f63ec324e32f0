import type { FoundGateway } from '../../../application/start/find-gateways.js'
import type { CommandContext } from '../command-context.js'
import { type LogLine, parseLogLine } from '../render/log-line.js'

/** What is looked for only when it is asked for. */
export interface DeepSight {
  /** Gateways of this user on other state directories that run now. */
  readonly others: readonly FoundGateway[]
  /** The newest errors of the log, oldest first. */
  readonly errors: readonly LogLine[]
}

const SHOWN_ERRORS = 3
const SEARCHED_BYTES = 1_000_000
const SEARCHED_LINES = 5_000

export async function deepLook(context: CommandContext, stateDir: string): Promise<DeepSight> {
  const environment = await context.environment()
  const [others, errors] = await Promise.all([
    context.deps.findGateways(environment),
    newestLines(context, stateDir, ['error', 'fatal'], SHOWN_ERRORS),
  ])
  return { others: others.filter((other) => other.stateDir !== stateDir), errors }
}

/** The newest lines of these levels in the log files of this host, oldest first. */
export async function newestLines(
  context: CommandContext,
  stateDir: string,
  levels: readonly string[],
  count: number,
): Promise<readonly LogLine[]> {
  const environment = { ...(await context.environment()), stateDir }
  const tail = await context.deps.readLogTail(environment, { limit: SEARCHED_LINES, maxBytes: SEARCHED_BYTES })
  return tail.lines
    .map(parseLogLine)
    .filter((line) => line !== null && levels.includes(line.level))
    .slice(-count) as LogLine[]
}
