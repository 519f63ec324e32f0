import type { Prompts } from '../../../application/ports/prompts.js'
import type { SetupAnswers } from '../../../application/setup/setup-answers.js'
import { valueAt } from '../../../domain/config/value-at.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { outcomeLine, planOf } from '../config/what-follows.js'
import { exitCodes } from '../exit-codes.js'
import { stepLines } from '../render/setup.js'
import { answersOfFlags } from './answers-of-flags.js'
import { askModel } from './ask-model.js'
import { askGateway, askMode, askRemote, askWorkspace } from './ask-place.js'
import { checkGateway } from './gateway-check.js'
import { installDaemon, NO_DAEMON } from './install-daemon.js'
import { keyForService } from './key-for-service.js'
import { ownCommand } from './own-command.js'
import { type Proposal, propose } from './proposal.js'
import { resetInstance } from './reset-instance.js'
import type { OnboardFlags } from './setup-flags.js'
import { stateNow } from './state-now.js'
import { withPerson } from './with-person.js'

/**
 * `mayros onboard`: from nothing to a gateway that answers. Asks for everything that no flag says; with
 * `--non-interactive --accept-risk` it asks nothing.
 */
export async function onboard(context: CommandContext, flags: OnboardFlags): Promise<number> {
  if (flags.reset === true && flags.dryRun === true) {
    throw new UsageFailure('--dry-run changes nothing and --reset moves things away: give one of them')
  }
  if (flags.nonInteractive === true) {
    if (flags.acceptRisk !== true) throw new UsageFailure('--non-interactive needs --accept-risk', [RISK_NOTE])
    const given = await answersOfFlags(context, flags)
    const wantsDaemon = flags.installDaemon === true && flags.skipDaemon !== true
    if (flags.reset === true) await resetInstance(context)
    const answers = wantsDaemon ? await keyForService(context, given) : given
    const proposal = await propose(context, { ...answers, ...(await proposedScope(context)) })
    if (flags.dryRun === true) return showOnly(context, proposal)
    return finish(context, flags, proposal, wantsDaemon)
  }
  return withPerson(context, 'onboard', (prompts) => converse(context, flags, prompts))
}

const RISK_NOTE = { label: 'note', text: 'an agent with tools can read and change what this account can' } as const

async function converse(context: CommandContext, flags: OnboardFlags, prompts: Prompts): Promise<number> {
  prompts.begin('Mayros Gateway')
  await acceptRisk(prompts, flags)
  const given = await answersOfFlags(context, flags)
  await maybeReset(context, flags, prompts)
  const flow = flags.flow ?? (await askFlow(prompts))
  const answers = await askOpen(context, prompts, given, flags, flow === 'manual')
  const wantsDaemon = answers.mode === 'local' && (await askDaemon(prompts, flags))
  const proposal = await propose(context, wantsDaemon ? await keyForService(context, answers) : answers)
  prompts.tell('What will be written', proposal.lines.length === 0 ? ['nothing: it is all there'] : proposal.lines)
  if (flags.dryRun === true) return showOnly(context, proposal)
  if (!(await prompts.confirm('Go on?', true))) throw new CliFailure('declined', 'nothing was written')
  prompts.end('That is all')
  return finish(context, flags, proposal, wantsDaemon)
}

async function acceptRisk(prompts: Prompts, { acceptRisk }: OnboardFlags): Promise<void> {
  if (acceptRisk === true) return
  prompts.tell('Before you begin', [
    'An agent with tools can read files, run commands and send messages with the rights of this account.',
    'Whoever may talk to it may ask it to. Start with few tools and people you trust: mayros security audit',
  ])
  if (await prompts.confirm('Understood?', false)) return
  throw new CliFailure('declined', 'nothing was written')
}

async function maybeReset(context: CommandContext, { reset }: OnboardFlags, prompts: Prompts): Promise<void> {
  if (reset !== true) return
  if (!(await prompts.confirm('Move configuration, credentials, conversations and workspace to a backup?', false))) {
    throw new CliFailure('declined', 'nothing was moved')
  }
  await resetInstance(context)
}

function askFlow(prompts: Prompts): Promise<'quickstart' | 'manual'> {
  return prompts.choose({
    message: 'How much do you want to decide?',
    options: [
      { value: 'quickstart', label: 'Only the model', hint: 'the rest can be changed later' },
      { value: 'manual', label: 'Everything' },
    ],
    initial: 'quickstart',
  })
}

/** Asks what the flags left open. */
async function askOpen(
  context: CommandContext,
  prompts: Prompts,
  given: SetupAnswers,
  flags: OnboardFlags,
  isManual: boolean,
): Promise<SetupAnswers> {
  const now = await stateNow(context)
  const { variables } = await context.environment()
  const isCalling = given.remote?.url !== undefined && !now.exists
  const told = given.mode ?? (isCalling ? 'remote' : undefined)
  const mode = told ?? (isManual ? await askMode(prompts, now.mode) : now.mode)
  if (mode === 'remote') {
    const remote = given.remote?.url === undefined ? await askRemote(prompts, now.remoteUrl) : given.remote
    return { ...given, mode, remote }
  }
  const needsModel = given.model === undefined && flags.authChoice !== 'skip'
  const model = needsModel ? await askModel(prompts, variables) : given.model
  const workspace = isManual && given.workspace === undefined ? await askWorkspace(prompts, now.workspace) : undefined
  const hasGateway = Object.keys(given.gateway ?? {}).length > 0
  const gateway =
    isManual && !hasGateway ? await askGateway(prompts, now.gateway, context.deps.hashPassword) : given.gateway
  return {
    ...given,
    mode,
    ...(model === undefined ? {} : { model }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(await proposedScope(context)),
  }
}

/** People who write directly do not read each other's conversation, unless the operator has decided otherwise. */
async function proposedScope(context: CommandContext): Promise<Pick<SetupAnswers, 'dmScope'>> {
  return (await stateNow(context)).dmScope === undefined ? { dmScope: 'per-channel-peer' } : {}
}

async function askDaemon(prompts: Prompts, { installDaemon, skipDaemon }: OnboardFlags): Promise<boolean> {
  if (skipDaemon === true) return false
  return installDaemon ?? prompts.confirm('Install the service, so that it starts by itself?', true)
}

function showOnly(context: CommandContext, { lines, preview }: Proposal): number {
  if (context.json) context.printJson({ ok: true, dryRun: true, changed: preview.changed, plan: lines })
  else context.print(lines.length === 0 ? 'nothing to change' : lines)
  return exitCodes.ok
}

async function finish(
  context: CommandContext,
  flags: OnboardFlags,
  proposal: Proposal,
  wantsDaemon: boolean,
): Promise<number> {
  const environment = await context.environment()
  const done = await proposal.write('onboard')
  if (!context.json) context.print(stepLines(done, environment.home))
  const { before, plan } = proposal
  const isNews = before.exists && done.written.written.length > 0
  const outcome = isNews ? await outcomeLine(context, planOf(before, done.written), done.written) : null
  if (!context.json && outcome !== null) context.print(outcome)
  const isInstalling = wantsDaemon && plan.mode === 'local'
  const daemon = isInstalling ? await installDaemon(context) : NO_DAEMON
  if (!context.json && daemon.installed) context.print('installed the service')
  const health = flags.skipHealth === true ? null : await checkGateway(context)
  const warnings = health?.ok === false ? [...daemon.warnings, health.text] : daemon.warnings
  const isFine = daemon.installed === isInstalling && health?.ok !== false
  const gateway = done.written.config?.gateway
  if (context.json) {
    context.printJson({
      ok: isFine,
      mode: plan.mode,
      workspace: done.workspace,
      authChoice: authChoiceOf(flags),
      model: valueAt(done.written.redactedResolved, ['agents', 'defaults', 'model']) ?? null,
      gateway: {
        port: gateway?.port ?? environment.defaultPort,
        bind: gateway?.bind ?? 'loopback',
        authMode:
          gateway?.auth.mode ?? (gateway?.auth.token === undefined && gateway?.auth.password ? 'password' : 'token'),
        tailscaleMode: gateway?.tailscale.mode ?? 'off',
      },
      daemon: { installed: daemon.installed, runtime: 'node' },
      health: { ok: health?.ok ?? null },
      outcome,
      warnings,
    })
    return isFine ? exitCodes.ok : exitCodes.failed
  }
  for (const warning of warnings) context.note(`warning: ${warning}`)
  context.print(await lastLines(context, flags, health?.ok === true ? health.text : null))
  return isFine ? exitCodes.ok : exitCodes.failed
}

function authChoiceOf(flags: OnboardFlags): string | null {
  if (flags.authChoice !== undefined) return flags.authChoice
  const flag = Object.keys(flags).find((name) => /^[a-z]+ApiKey$/.test(name))
  return flag === undefined ? null : flag.replace('ApiKey', '-api-key')
}

async function lastLines(context: CommandContext, flags: OnboardFlags, healthy: string | null): Promise<string[]> {
  const start = healthy ?? `start the gateway: ${await ownCommand(context, 'gateway')}`
  return [start, ...(flags.skipUi === true ? [] : [`open the UI: ${await ownCommand(context, 'dashboard')}`])]
}
