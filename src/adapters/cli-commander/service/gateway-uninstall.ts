import type { CommandContext } from '../command-context.js'
import { requireOwnService } from './own-service.js'
import { report, type ServiceFlags, withServices } from './service-command.js'

/** `mayros gateway uninstall`: stops and removes the service. The state directory stays. */
export function gatewayUninstall(context: CommandContext, flags: ServiceFlags): Promise<number> {
  return withServices(context, flags, async (services) => {
    await requireOwnService(context, services)
    const { supervisor } = services.parts
    const wasThere = await supervisor.uninstall()
    return report(context, services, {
      action: 'uninstall',
      result: wasThere ? 'uninstalled' : 'not-installed',
      message: wasThere
        ? `Uninstalled ${supervisor.name}; state and config stay`
        : `${supervisor.name} is not installed`,
      runs: false,
    })
  })
}
