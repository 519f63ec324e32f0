import { SupervisorFailure } from '../../../application/ports/supervisor.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { installOnHost } from '../service/install-on-host.js'

/** What became of the service. */
export interface InstalledDaemon {
  readonly installed: boolean
  /** Why it is not installed, or what there is to know about it; lines for people. */
  readonly warnings: readonly string[]
}

export const NO_DAEMON: InstalledDaemon = { installed: false, warnings: [] }

/** Installs the service, as `mayros gateway install` does. That it cannot be is no reason to take back what was set up. */
export async function installDaemon(context: CommandContext): Promise<InstalledDaemon> {
  try {
    const services = await context.deps.openServices(await context.environment(), 'user')
    const { warnings, hints } = await installOnHost(context, services, {})
    return { installed: true, warnings: [...warnings, ...hints.map((hint) => `see: ${hint}`)] }
  } catch (thrown) {
    if (!(thrown instanceof SupervisorFailure) && !(thrown instanceof CliFailure)) throw thrown
    const more = thrown instanceof CliFailure ? thrown.notes.map(({ text }) => text) : thrown.hints
    return { installed: false, warnings: [`the service could not be set up: ${thrown.message}`, ...more] }
  }
}
