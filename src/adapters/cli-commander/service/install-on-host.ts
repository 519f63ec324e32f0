import { type InstallOutcome, installService } from '../../../application/service/install-service.js'
import { served } from '../../../application/service/start-service.js'
import type { CliServices } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { requireOwnService } from './own-service.js'

export interface InstallFlags {
  readonly force?: boolean
  readonly port?: number
  readonly token?: string
  readonly saveEnv?: boolean
  /** False with `--no-start`. */
  readonly start?: boolean
  /** False with `--no-linger`. */
  readonly linger?: boolean
}

/** What became of it; warnings and hints are lines for people. */
export interface HostInstall {
  readonly outcome: InstallOutcome
  readonly warnings: readonly string[]
  readonly hints: readonly string[]
}

/**
 * Installs the service of this instance once its gateway could start, and waits until it serves.
 * @throws CliFailure when it could not start, or the service of that name is another gateway's; SupervisorFailure
 */
export async function installOnHost(
  context: CommandContext,
  services: CliServices,
  flags: InstallFlags,
): Promise<HostInstall> {
  const { supervisor } = services.parts
  const planned = await services.plan()
  const unavailable = await supervisor.unavailable()
  if (unavailable !== null) throw unavailable
  if (flags.force !== true) await requireOwnService(context, services)
  if (flags.token !== undefined) await storeToken(context, flags.token)
  const variables = await carryVariables(services, flags.saveEnv === true)
  const refusal = await services.preflight(flags.port ?? null)
  if (refusal !== null) throw refusedStart(refusal)
  const start = flags.start !== false
  const plan = planned.planFor(flags.port ?? null)
  const request = { plan, isForced: flags.force === true, start, linger: flags.linger !== false }
  const outcome = await installService(request, services.parts)
  if (start) await served(services.parts)
  return {
    outcome,
    warnings: [...planned.warnings, ...variables.warnings, ...outcome.warnings],
    hints: [...variables.hints, ...outcome.hints],
  }
}

/** Secrets do not belong into a service file: the configuration keeps it. */
async function storeToken(context: CommandContext, given: string): Promise<void> {
  const token = given === '-' ? await context.deps.stdin.readLine() : given
  if (token.trim() === '') throw new UsageFailure('--token is empty')
  const { source } = await context.deps.openConfig(await context.environment())
  const origin = { source: 'cli', actor: 'gateway install --token' } as const
  await source.edit([{ path: ['gateway', 'auth', 'token'], value: token }], { origin })
}

async function carryVariables(
  services: CliServices,
  isSaving: boolean,
): Promise<{ readonly warnings: readonly string[]; readonly hints: readonly string[] }> {
  const names = await services.shellOnly()
  if (names.length === 0) return { warnings: [], hints: [] }
  if (isSaving) {
    const file = await services.saveVariables(names)
    return { warnings: [`${names.join(', ')} saved in ${file} (600), where the service reads them`], hints: [] }
  }
  return {
    warnings: [`only this shell has ${names.join(', ')}; the service does not`],
    hints: ['mayros gateway install --save-env'],
  }
}

function refusedStart({
  exitCode,
  lines,
}: {
  readonly exitCode: number
  readonly lines: readonly string[]
}): CliFailure {
  const [first = 'the gateway could not start', ...rest] = lines.join('\n').split('\n')
  return new CliFailure(exitCode === exitCodes.configuration ? 'config_invalid' : 'refused', first, {
    exitCode,
    notes: rest.map((text) => ({ label: 'note', text: text.trim() })),
  })
}
