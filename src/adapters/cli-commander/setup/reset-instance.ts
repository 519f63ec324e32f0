import { resetHome } from '../../../application/setup/reset-home.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { shortPath } from '../render/words.js'
import { ownCommand } from './own-command.js'

/**
 * Moves everything of this instance to a dated backup. What was read of it before counts no longer.
 * @param agree is called before anything is moved, and only when it could be
 * @throws CliFailure `gateway_running` while a gateway uses it
 */
export async function resetInstance(
  context: CommandContext,
  agree: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const environment = await context.environment()
  const { stateDir, home } = environment
  const record = await context.deps.readLiveRecord(stateDir)
  if (record !== null) {
    throw new CliFailure('gateway_running', `a gateway runs on ${shortPath(stateDir, home)} (pid ${record.pid})`, {
      notes: [{ label: 'fix', text: await ownCommand(context, 'gateway stop') }],
    })
  }
  await agree()
  const { files } = await context.deps.openHome(environment)
  for (const { from, to } of await resetHome(environment, context.deps.now(), files)) {
    context.note(`moved ${shortPath(from, home)} to ${shortPath(to, home)}`)
  }
  context.forgetEnvironment()
}
