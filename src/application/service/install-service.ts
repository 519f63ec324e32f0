import type { InstalledService } from '../../domain/service/installed-service.js'
import { auditService, type DriftFinding } from '../../domain/service/service-drift.js'
import type { ServicePlan } from '../../domain/service/service-plan.js'
import { SupervisorFailure } from '../ports/supervisor.js'
import type { ServiceParts } from './service-parts.js'

export interface InstallRequest {
  readonly plan: ServicePlan
  /** Write the file anew whatever is in it; a copy of one that was changed by hand is kept. */
  readonly isForced: boolean
  /** Have it run now. */
  readonly start: boolean
  /** Have it go on after logout. */
  readonly linger: boolean
}

export interface InstallOutcome {
  readonly result: 'installed' | 'updated' | 'already-installed'
  /** What was mended. */
  readonly drift: readonly DriftFinding[]
  readonly hasStarted: boolean
  readonly warnings: readonly string[]
  readonly hints: readonly string[]
}

/**
 * Installs the service, or brings an installed one up to date: repeating it changes nothing. What somebody added by hand
 * stays unless the install is forced.
 * @throws SupervisorFailure
 */
export async function installService(request: InstallRequest, parts: ServiceParts): Promise<InstallOutcome> {
  const { supervisor, readLive } = parts
  const unavailable = await supervisor.unavailable()
  if (unavailable !== null) throw unavailable
  const wanted = supervisor.render(request.plan)
  const [before, state, live] = await Promise.all([supervisor.installed(), supervisor.state(), readLive()])
  if (request.start && live !== null && live.supervisor === 'foreground') throw inTheWay(live.pid)
  const facts = { missingFiles: [], configuredPort: null, isEnabled: state.isEnabled }
  const drift = before === null ? [] : auditService(before, wanted, facts)
  const mustWrite = before === null || request.isForced || needsWriting(before, wanted.programArguments, drift)
  if (mustWrite) await supervisor.install(request.plan, !request.isForced)
  const isRunning = state.status === 'running' || state.status === 'starting'
  const hasChanged = mustWrite && (await supervisor.installed())?.text !== before?.text
  if (request.start && !isRunning) await supervisor.start()
  else if (request.start && hasChanged) await supervisor.restart()
  const lingering = request.linger ? await withLinger(parts) : { warnings: [], hints: [] }
  return {
    result: before === null ? 'installed' : hasChanged ? 'updated' : 'already-installed',
    drift: hasChanged ? drift : [],
    hasStarted: request.start && (!isRunning || hasChanged),
    ...lingering,
  }
}

/** An edited file alone is left in peace; a pinned port is given up when the installer names none. */
function needsWriting(
  before: InstalledService,
  programArguments: readonly string[],
  drift: readonly DriftFinding[],
): boolean {
  const isSameCommand = before.programArguments.join('\0') === programArguments.join('\0')
  return !isSameCommand || drift.some(({ code, level }) => level !== 'info' || code === 'service.version')
}

function inTheWay(pid: number): SupervisorFailure {
  return new SupervisorFailure(
    'service-failed',
    `a gateway runs in the foreground already (pid ${pid}), the service could not listen`,
    { hints: ['mayros gateway stop', 'mayros gateway install --no-start'] },
  )
}

async function withLinger({ supervisor }: ServiceParts): Promise<Pick<InstallOutcome, 'warnings' | 'hints'>> {
  const { isNeeded, isOn, command } = await supervisor.linger()
  if (!isNeeded || isOn === true || (await supervisor.enableLinger())) return { warnings: [], hints: [] }
  const warning =
    isOn === null ? 'whether the service goes on after logout is not known' : 'the service stops at logout'
  return { warnings: [warning], hints: [command] }
}
