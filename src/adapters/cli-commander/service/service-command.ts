import { SupervisorFailure } from '../../../application/ports/supervisor.js'
import type { CliServices } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'
import { findGateway } from '../target/gateway-access.js'
import { type ProbeOutcome, probeGateway } from '../target/probe.js'

/** Flags of every command of the service. */
export interface ServiceFlags {
  /** The system's service instead of one's own. */
  readonly system?: boolean
}

/** What a command of the service did. */
export interface ServiceDone {
  readonly action: 'install' | 'uninstall' | 'start' | 'stop' | 'restart'
  readonly result: string
  /** One line for people. */
  readonly message: string
  /** A gateway runs afterwards, and is asked how it is. */
  readonly runs: boolean
  readonly warnings?: readonly string[]
  readonly hints?: readonly string[]
}

/** Runs one of them: makes refusals of the supervisor speak to the operator. */
export async function withServices(
  context: CommandContext,
  flags: ServiceFlags,
  run: (services: CliServices) => Promise<number>,
): Promise<number> {
  const environment = await context.environment()
  const services = await context.deps.openServices(environment, flags.system === true ? 'system' : 'user')
  try {
    return await run(services)
  } catch (thrown) {
    throw thrown instanceof SupervisorFailure ? explained(thrown) : thrown
  }
}

export function explained(failure: SupervisorFailure): CliFailure {
  return new CliFailure(failure.code, failure.message, {
    notes: failure.hints.map((text) => ({ label: 'fix', text })),
    cause: failure,
  })
}

/** Tells what was done, and how the gateway is. Exit code 1 when it should run and does not answer. */
export async function report(context: CommandContext, { parts }: CliServices, done: ServiceDone): Promise<number> {
  const { supervisor } = parts
  const [state, installed, environment] = await Promise.all([
    supervisor.state(),
    supervisor.installed(),
    context.environment(),
  ])
  const probe = done.runs ? await probeGateway(context, await findGateway(context, {})) : null
  const { warnings = [], hints = [] } = done
  if (context.json) {
    const record = await parts.readLive()
    context.printJson({
      action: done.action,
      ok: probe === null || probe.ok,
      result: done.result,
      message: done.message,
      service: {
        label: supervisor.label,
        name: supervisor.name,
        loaded: state.isLoaded,
        enabled: state.isEnabled,
        file: installed?.file ?? null,
      },
      runtime: { status: record?.state ?? 'stopped', pid: record?.pid ?? null },
      warnings,
      hints,
    })
  } else {
    const file = installed === null ? null : shortPath(installed.file, environment.home)
    context.print([
      done.action === 'install' && file !== null ? `${done.message} (${file})` : done.message,
      ...(probe === null ? [] : [probeLine(probe)]),
    ])
    for (const warning of warnings) context.note(`warning: ${warning}`)
    for (const hint of hints) context.note(`  fix     ${hint}`)
  }
  return probe === null || probe.ok ? exitCodes.ok : exitCodes.failed
}

function probeLine(probe: ProbeOutcome): string {
  return `Runtime: running   RPC probe: ${probe.ok ? `ok (${probe.latencyMs} ms)` : `failed (${probe.reason})`}`
}
