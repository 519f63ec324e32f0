import { serviceOfAnother } from '../../../application/service/service-of-another.js'
import type { CliServices } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { shortPath } from '../render/words.js'

/**
 * The commands of one gateway must not touch the service of another. A gateway that runs without a service needs none.
 * @throws CliFailure `service_of_another`
 */
export async function requireOwnService(context: CommandContext, { parts, fileExists }: CliServices): Promise<void> {
  const { stateDir, home, variables } = await context.environment()
  const [installed, live] = await Promise.all([parts.supervisor.installed(), parts.readLive()])
  if (live?.supervisor === 'foreground') return
  const theirs = serviceOfAnother(installed, { stateDir, variables, fileExists })
  if (theirs === null) return
  const message = `${parts.supervisor.name} runs the gateway of ${shortPath(theirs, home)}, not that of ${shortPath(stateDir, home)}`
  throw new CliFailure('service_of_another', message, {
    notes: [{ label: 'fix', text: 'add --profile <name>: every profile has a service of its own' }],
  })
}
