import type { CliEnvironment, CliServices } from '../adapters/cli-commander/cli-deps.js'
import { readConnectionHints } from '../adapters/config-json5/connection-hints.js'
import type { DoctorTools } from '../application/doctor/doctor-tools.js'
import { serviceSeen } from '../application/doctor/service-seen.js'
import { inspectService, keptPort } from '../application/service/inspect-service.js'
import { mendService, type ServiceRepair } from '../application/service/mend-service.js'
import { serviceOfAnother } from '../application/service/service-of-another.js'
import { openServices } from './open-services.js'

/** How the doctor looks at the service of this account, and mends it. */
export function doctorService(environment: CliEnvironment): Pick<DoctorTools, 'service' | 'mendService'> {
  let opened: Promise<CliServices> | undefined
  const services = () => {
    opened ??= openServices(environment, 'user')
    return opened
  }
  let hasRestarted = false
  return {
    service: async ({ gateway }, isDeep) => {
      const { parts, plan, fileExists } = await services()
      const { planFor } = await plan()
      const request = { planFor, configuredPort: gateway.port ?? null, fileExists, isDeep }
      const report = await inspectService(request, parts.supervisor)
      return serviceSeen(report, serviceOfAnother(report.installed, { ...environment, fileExists }))
    },
    mendService: async (repair, { force }) => {
      if (repair === 'restart' && hasRestarted) return
      const done = await mendWith(await services(), repair, force, environment)
      hasRestarted ||= done === 'restarted'
    },
  }
}

/** The configuration is read anew: another repair may have changed it. */
async function mendWith(services: CliServices, repair: ServiceRepair, isForced: boolean, environment: CliEnvironment) {
  const { parts, calls, plan, preflight } = services
  const [{ planFor }, installed, hints] = await Promise.all([
    plan(),
    parts.supervisor.installed(),
    readConnectionHints(environment.configPath, environment),
  ])
  const port = keptPort(installed, hints.port ?? null)
  const refusal = async () => {
    const stopped = await preflight(port)
    return stopped === null ? null : stopped.lines.join('\n')
  }
  return mendService({ repair, plan: planFor(port), isForced, refusal }, parts, calls)
}
