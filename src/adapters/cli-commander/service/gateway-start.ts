import { startService } from '../../../application/service/start-service.js'
import type { CommandContext } from '../command-context.js'
import { requireOwnService } from './own-service.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

/** `mayros gateway start`: starts the installed service. */
export function gatewayStart(context: CommandContext, flags: ServiceFlags): Promise<number> {
  return withServices(context, flags, async (services) => {
    await requireOwnService(context, services)
    const { name } = services.parts.supervisor
    const { result, record } = await startService(services.parts)
    const pid = record === null ? '' : ` (pid ${record.pid})`
    return report(context, services, {
      action: 'start',
      result,
      message: result === 'started' ? `Started ${name}${pid}` : `${name} runs already${pid}`,
      runs: true,
    })
  })
}
