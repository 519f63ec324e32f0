import type { InstallOutcome } from '../../../application/service/install-service.js'
import type { CliServices } from '../cli-deps.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type InstallFlags, installOnHost } from './install-on-host.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

export interface GatewayInstallFlags extends ServiceFlags, InstallFlags {
  readonly runtime?: string
  readonly dryRun?: boolean
}

/** `mayros gateway install`: has a supervisor run the gateway, now and after every login or boot. */
export async function gatewayInstall(context: CommandContext, flags: GatewayInstallFlags): Promise<number> {
  if (flags.runtime !== undefined && flags.runtime !== 'node') {
    throw new UsageFailure(`--runtime: the gateway runs on node, not on ${flags.runtime}`)
  }
  return withServices(context, flags, async (services) => {
    const { supervisor } = services.parts
    if (flags.dryRun === true) {
      const { planFor } = await services.plan()
      return showPlan(context, services, supervisor.render(planFor(flags.port ?? null)).text)
    }
    const { outcome, warnings, hints } = await installOnHost(context, services, flags)
    return report(context, services, {
      action: 'install',
      result: outcome.result,
      message: messageOf(outcome, supervisor.name),
      runs: flags.start !== false,
      warnings,
      hints,
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

function messageOf({ result, drift }: InstallOutcome, name: string): string {
  if (result === 'installed') return `Installed ${name}`
  if (result === 'already-installed') return `${name} is installed and up to date`
  const codes = [...new Set(drift.map(({ code }) => code))]
  return `Updated ${name}${codes.length === 0 ? '' : `: ${codes.join(', ')}`}`
}
