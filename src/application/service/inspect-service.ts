import type { InstalledService, ServiceDescription } from '../../domain/service/installed-service.js'
import { auditService, type DriftFinding } from '../../domain/service/service-drift.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'
import { type DiffLine, textDiff } from '../../domain/service/text-diff.js'
import { withoutSecrets } from '../../domain/service/without-secrets.js'
import type { LingerState, NeighbourService, ServiceState, Supervisor, SupervisorFailure } from '../ports/supervisor.js'

export interface InspectRequest {
  /** What install would write, given the port that the file keeps. */
  planFor(port: number | null): ServicePlan
  /** `gateway.port` of the configuration; null when it says none. */
  readonly configuredPort: number | null
  fileExists(path: string): boolean
  /** Also looks for other services of this program. */
  readonly isDeep: boolean
}

/** Everything there is to say about the service. */
export interface ServiceReport {
  readonly kind: Supervisor['kind']
  readonly label: string
  readonly name: string
  readonly unavailable: SupervisorFailure | null
  readonly installed: InstalledService | null
  readonly wanted: ServiceDescription
  readonly state: ServiceState
  readonly linger: LingerState
  readonly drift: readonly DriftFinding[]
  /** From the installed file to what install would make of it, without secrets; empty when there is no file or no difference. */
  readonly diff: readonly DiffLine[]
  readonly neighbours: readonly NeighbourService[]
}

/** Looks at the service of an instance, and at how it stands to what this program would install. Changes nothing. */
export async function inspectService(request: InspectRequest, supervisor: Supervisor): Promise<ServiceReport> {
  const [unavailable, installed, state] = await Promise.all([
    supervisor.unavailable(),
    supervisor.installed(),
    supervisor.state(),
  ])
  const plan = request.planFor(keptPort(installed, request.configuredPort))
  const wanted = supervisor.render(plan)
  const linger = installed === null ? { isNeeded: false, isOn: null, command: '' } : await supervisor.linger()
  return {
    kind: supervisor.kind,
    label: supervisor.label,
    name: supervisor.name,
    unavailable,
    installed,
    wanted,
    state,
    linger,
    drift: auditService(installed, wanted, {
      missingFiles: (installed?.programArguments.slice(0, 2) ?? []).filter((path) => !request.fileExists(path)),
      configuredPort: request.configuredPort,
      // Without its manager nobody knows.
      isEnabled: unavailable === null ? state.isEnabled : installed !== null,
    }),
    diff: installed === null ? [] : differenceOf(installed, supervisor.render(plan, installed)),
    neighbours: request.isDeep ? await supervisor.neighbours() : [],
  }
}

function differenceOf(installed: InstalledService, mended: ServiceDescription): readonly DiffLine[] {
  return installed.text === mended.text ? [] : textDiff(withoutSecrets(installed), withoutSecrets(mended))
}

/**
 * The port that a service keeps when it is written anew: one it was installed with, unless the configuration has said
 * another since. Null = the configuration says it.
 */
export function keptPort(installed: InstalledService | null, configuredPort: number | null): number | null {
  const pinned = pinnedPort(installed)
  return configuredPort === null || pinned === configuredPort ? pinned : null
}

function pinnedPort(installed: InstalledService | null): number | null {
  const args = installed?.programArguments ?? []
  const port = Number(args[args.indexOf('--port') + 1])
  return args.includes('--port') && Number.isInteger(port) ? port : null
}
