import { type LingerState, SupervisorFailure } from '../../../application/ports/supervisor.js'
import { inspectService, type ServiceReport } from '../../../application/service/inspect-service.js'
import type { InstalledService } from '../../../domain/service/installed-service.js'
import type { CliEnvironment, ConnectionHints } from '../cli-deps.js'
import type { CommandContext } from '../command-context.js'

/** Where the gateway of an installed service lives: not always where this command line looks. */
export interface ServicePlace {
  readonly stateDir: string
  readonly configPath: string
  /** Pinned by the service; null = its configuration says it. */
  readonly port: number | null
}

/** The service of this instance, as far as it can be seen. */
export interface ServiceSight {
  /** Null when there is nothing to ask. */
  readonly report: ServiceReport | null
  /** Why it cannot be asked, in a sentence; null = it can. */
  readonly problem: string | null
  /** Null when none is installed. */
  readonly place: ServicePlace | null
}

/** Looks at the service of this account. A host without services is something to tell, not a failure. */
export async function lookAtService(
  context: CommandContext,
  hints: ConnectionHints,
  isDeep: boolean,
): Promise<ServiceSight> {
  const environment = await context.environment()
  try {
    const { parts, plan, fileExists } = await context.deps.openServices(environment, 'user')
    const { planFor } = await plan()
    const request = { planFor, configuredPort: hints.port ?? null, fileExists, isDeep }
    const report = await inspectService(request, parts.supervisor)
    return {
      report,
      problem: report.unavailable?.message ?? null,
      place: report.installed === null ? null : placeOf(report.installed, environment),
    }
  } catch (thrown) {
    if (!(thrown instanceof SupervisorFailure)) throw thrown
    return { report: null, problem: thrown.message, place: null }
  }
}

/** Whether the service ends with the login of its user. */
export function endsAtLogout({ isNeeded, isOn }: LingerState): boolean {
  return isNeeded && isOn === false
}

function placeOf(
  { programArguments, workingDirectory, environment }: InstalledService,
  own: CliEnvironment,
): ServicePlace {
  const stateDir = environment.MAYROS_STATE_DIR ?? workingDirectory ?? own.stateDir
  const at = programArguments.indexOf('--port')
  const port = Number(at < 0 ? environment.MAYROS_GATEWAY_PORT : programArguments[at + 1])
  return {
    stateDir,
    configPath: environment.MAYROS_CONFIG_PATH ?? `${stateDir}/mayros.json`,
    port: Number.isInteger(port) && port > 0 ? port : null,
  }
}
