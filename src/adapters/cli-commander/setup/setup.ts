import type { CommandContext } from '../command-context.js'
import { outcomeLine, planOf } from '../config/what-follows.js'
import { exitCodes } from '../exit-codes.js'
import { stepDocuments, stepLines } from '../render/setup.js'
import { answersOfFlags } from './answers-of-flags.js'
import { onboard } from './onboard.js'
import { ownCommand } from './own-command.js'
import { propose } from './proposal.js'
import type { SetupFlags } from './setup-flags.js'

/** `mayros setup`: makes what a gateway needs to start, and keeps what is there. Asks nothing. */
export async function setup(context: CommandContext, flags: SetupFlags): Promise<number> {
  if (flags.wizard === true) return onboard(context, flags)
  const environment = await context.environment()
  const proposal = await propose(context, await answersOfFlags(context, flags))
  const done = await proposal.write('setup')
  const start =
    proposal.plan.mode === 'local' ? await ownCommand(context, 'gateway') : await ownCommand(context, 'status')
  const { preview, before, plan } = proposal
  const isNews = before.exists && done.written.written.length > 0
  const outcome = isNews ? await outcomeLine(context, planOf(before, preview), done.written) : null
  if (context.json) {
    context.printJson({
      ok: true,
      profile: environment.profile,
      stateDir: environment.stateDir,
      configPath: environment.configPath,
      mode: plan.mode,
      workspace: done.workspace,
      steps: stepDocuments(done),
      changed: done.written.changed,
      generatedToken: plan.generatesToken,
      outcome,
      next: start,
    })
    return exitCodes.ok
  }
  context.print(stepLines(done, environment.home))
  if (plan.generatesToken) context.print('generated gateway.auth.token')
  if (outcome !== null) context.print(outcome)
  context.print(plan.mode === 'local' ? `start the gateway: ${start}` : `look at the gateway: ${start}`)
  return exitCodes.ok
}
