import { type InstallOutcome, installService } from '../../../application/service/install-service.js'
import { served } from '../../../application/service/start-service.js'
import type { CliServices } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

export interface GatewayInstallFlags extends ServiceFlags {
  readonly force?: boolean
  readonly port?: number
  readonly token?: string
  readonly runtime?: string
  readonly saveEnv?: boolean
  /** False with `--no-start`. */
  readonly start?: boolean
  /** False with `--no-linger`. */
  readonly linger?: boolean
  readonly dryRun?: boolean
}

/** `mayros gateway install`: has a supervisor run the gateway, now and after every login or boot. */
export async function gatewayInstall(context: CommandContext, flags: GatewayInstallFlags): Promise<number> {
  if (flags.runtime !== undefined && flags.runtime !== 'node') {
    throw new UsageFailure(`--runtime: the gateway runs on node, not on ${flags.runtime}`)
  }
  return withServices(context, flags, async (services) => {
    const { supervisor } = services.parts
    const planned = await services.plan()
    const plan = planned.planFor(flags.port ?? null)
    if (flags.dryRun === true) return showPlan(context, services, supervisor.render(plan).text)
    const unavailable = await supervisor.unavailable()
    if (unavailable !== null) throw unavailable
    if (flags.token !== undefined) await storeToken(context, flags.token)
    const variables = await carryVariables(services, flags.saveEnv === true)
    const refusal = await services.preflight(flags.port ?? null)
    if (refusal !== null) throw refusedStart(refusal)
    const start = flags.start !== false
    const outcome = await installService(
      { plan, isForced: flags.force === true, start, linger: flags.linger !== false },
      services.parts,
    )
    if (start) await served(services.parts)
    return report(context, services, {
      action: 'install',
      result: outcome.result,
      message: messageOf(outcome, supervisor.name),
      runs: start,
      warnings: [...planned.warnings, ...variables.warnings, ...outcome.warnings],
      hints: [...variables.hints, ...outcome.hints],
    })
  })
}

async function showPlan(context: CommandContext, { parts }: CliServices, text: string): Promise<number> {
  const { supervisor } = parts
  const installed = await supervisor.installed()
  if (context.json) {
    const service = { label: supervisor.label, name: supervisor.name, file: installed?.file ?? null }
    context.printJson({ action: 'install', ok: true, result: 'dry-run', message: 'nothing was changed', service, text })
  } else context.print(text)
  return exitCodes.ok
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

function messageOf({ result, drift }: InstallOutcome, name: string): string {
  if (result === 'installed') return `Installed ${name}`
  if (result === 'already-installed') return `${name} is installed and up to date`
  const codes = [...new Set(drift.map(({ code }) => code))]
  return `Updated ${name}${codes.length === 0 ? '' : `: ${codes.join(', ')}`}`
}
