import { type RestartOutcome, restartService } from '../../../application/service/restart-service.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import type { CommandContext } from '../command-context.js'
import { type DrainFlags, drainGateway } from './drain-gateway.js'
import { requireOwnService } from './own-service.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

/** Long enough for most answers, short enough for who waits. */
const DRAIN_SECONDS = 30

/** `mayros gateway restart`: restarts the service, or the gateway that runs without one in its process. */
export function gatewayRestart(context: CommandContext, flags: ServiceFlags & DrainFlags): Promise<number> {
  return withServices(context, flags, async (services) => {
    await requireOwnService(context, services)
    await drainGateway(context, flags.drain ?? DRAIN_SECONDS)
    const outcome = await restartService(services.parts, services.calls)
    const message = messageOf(outcome, services.parts.supervisor.name)
    return report(context, services, { action: 'restart', result: 'restarted', message, runs: true })
  })
}

function messageOf({ before, wasUp, after, durationMs, wasForeground }: RestartOutcome, name: string): string {
  const took = formatDuration(durationMs)
  if (wasForeground) return `Restarted the gateway in its process (pid ${after.pid}, ${took})`
  if (!wasUp) return `Started ${name} (pid ${after.pid}, ${took})`
  if (before === null) return `Restarted ${name} (pid ${after.pid}, ${took})`
  return `Restarted ${name} (pid ${before.pid} -> ${after.pid}, ${took})`
}
