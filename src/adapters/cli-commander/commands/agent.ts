import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodeOfSignal, exitCodes } from '../exit-codes.js'
import { AgentPrinter } from '../render/agent-printer.js'
import { findGateway } from '../target/gateway-access.js'
import { AgentRun, type AgentRunRequest } from './agent-run.js'

export interface AgentFlags extends Omit<SharedFlags, 'timeout'> {
  readonly message?: string
  readonly agent?: string
  readonly sessionKey?: string
  readonly sessionId?: string
  readonly thinking?: string
  /** Seconds a run may take; 0 = no limit. */
  readonly timeout?: number
  readonly stream?: boolean
  readonly verbose?: string | boolean
  readonly local?: boolean
}

export const AGENT_TIMEOUT_SECONDS = 600

/** `mayros agent -m <text>`: sends a message and prints the answer. */
export async function agent(context: CommandContext, flags: AgentFlags): Promise<number> {
  if (flags.local === true) {
    throw new UsageFailure('--local is not offered: a run without the gateway would bypass its locks and policies')
  }
  const request: AgentRunRequest = {
    runId: context.deps.uuid(),
    message: await messageOf(context, flags.message),
    timeoutSeconds: flags.timeout ?? AGENT_TIMEOUT_SECONDS,
    ...(flags.agent === undefined ? {} : { agentId: flags.agent }),
    ...(flags.sessionKey === undefined ? {} : { sessionKey: flags.sessionKey }),
    ...(flags.sessionId === undefined ? {} : { sessionId: flags.sessionId }),
    ...(flags.thinking === undefined ? {} : { thinking: flags.thinking }),
  }
  const { timeout: _seconds, ...shared } = flags
  const access = await findGateway(context, shared, {
    validConfig: true,
    ...(flags.stream === true ? { caps: ['tool-events'] } : {}),
  })
  const printer = new AgentPrinter(context, {
    stream: flags.stream === true,
    verbose: flags.verbose !== undefined && flags.verbose !== false && flags.verbose !== 'off',
  })
  const run = new AgentRun({ deps: context.deps, access, request, watcher: printer })
  const off = context.deps.onInterrupt((signal) => run.interrupt(signal))
  try {
    const outcome = await run.complete()
    printer.finish(outcome)
    if (run.interruptedBy !== null) return exitCodeOfSignal(run.interruptedBy)
    return outcome.status === 'ok' ? exitCodes.ok : exitCodes.failed
  } catch (thrown) {
    if (run.interruptedBy !== null) return exitCodeOfSignal(run.interruptedBy)
    throw access.explain(thrown)
  } finally {
    off()
  }
}

async function messageOf(context: CommandContext, given: string | undefined): Promise<string> {
  const { stdin } = context.deps
  if (given === undefined && stdin.isTTY) throw new UsageFailure('missing -m <text> (or pipe the text to stdin)')
  const text = given === undefined || given === '-' ? (await stdin.readAll()).replace(/\r?\n$/, '') : given
  if (text.trim() === '') throw new UsageFailure('the message is empty')
  return text
}
