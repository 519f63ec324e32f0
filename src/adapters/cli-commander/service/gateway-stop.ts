import { stopService } from '../../../application/service/stop-service.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { type DrainFlags, drainGateway } from './drain-gateway.js'
import { requireOwnService } from './own-service.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

/** Stopping is asked for now, unless somebody says otherwise. */
const DRAIN_SECONDS = 0

/** `mayros gateway stop`: stops the service, or the gateway that runs without one. */
export function gatewayStop(context: CommandContext, flags: ServiceFlags & DrainFlags): Promise<number> {
  return withServices(context, flags, async (services) => {
    await requireOwnService(context, services)
    await drainGateway(context, flags.drain ?? DRAIN_SECONDS)
    const { name } = services.parts.supervisor
    const { result, pid, wasForeground } = await stopService(services.parts, services.calls)
    if (result === 'still-there')
      throw new CliFailure('still_there', `the gateway (pid ${pid}) has not stopped after 10 s`)
    const what = wasForeground ? `the gateway in the foreground (pid ${pid})` : name
    return report(context, services, {
      action: 'stop',
      result,
      message: result === 'stopped' ? `Stopped ${what}` : `${name} is stopped already`,
      runs: false,
    })
  })
}
