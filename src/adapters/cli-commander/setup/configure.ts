import type { Prompts } from '../../../application/ports/prompts.js'
import type { SetupAnswers } from '../../../application/setup/setup-answers.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { outcomeLine, planOf } from '../config/what-follows.js'
import { exitCodes } from '../exit-codes.js'
import { stepDocuments, stepLines } from '../render/setup.js'
import { answersOfFlags, WEB_KEY } from './answers-of-flags.js'
import { askModel } from './ask-model.js'
import { askGateway, askWorkspace } from './ask-place.js'
import { noControlCharacters } from './checks.js'
import { checkGateway } from './gateway-check.js'
import { installDaemon, NO_DAEMON } from './install-daemon.js'
import { type Proposal, propose } from './proposal.js'
import { type ConfigureFlags, SECTIONS, type Section } from './setup-flags.js'
import { stateNow } from './state-now.js'
import { withPerson } from './with-person.js'

/** `mayros configure`: asks for parts of the configuration, shows what would change, and writes it. */
export async function configure(context: CommandContext, flags: ConfigureFlags): Promise<number> {
  const given = await answersOfFlags(context, flags)
  if (flags.nonInteractive === true || flags.dryRun === true) {
    requireSomething(flags, given)
    const proposal = await propose(context, given)
    if (flags.dryRun === true) return showOnly(context, proposal)
    if (!context.json) context.print(proposal.lines)
    return finish(context, proposal, {
      wantsDaemon: flags.installDaemon === true,
      wantsHealth: flags.section?.includes('health') === true,
    })
  }
  return withPerson(context, 'configure', (prompts) => converse(context, flags, given, prompts))
}

async function converse(
  context: CommandContext,
  flags: ConfigureFlags,
  given: SetupAnswers,
  prompts: Prompts,
): Promise<number> {
  prompts.begin('Mayros Gateway')
  const sections = flags.section ?? [await askSection(prompts)]
  const answers = await ask(context, prompts, given, sections)
  const proposal = await propose(context, answers)
  prompts.tell('What will be written', proposal.lines.length === 0 ? ['nothing: it is all there'] : proposal.lines)
  const isWanted = proposal.lines.length === 0 || (await prompts.confirm('Write it?', true))
  if (!isWanted) throw new CliFailure('declined', 'nothing was written')
  prompts.end('That is all')
  return finish(context, proposal, {
    wantsDaemon: flags.installDaemon ?? sections.includes('daemon'),
    wantsHealth: sections.includes('health'),
  })
}

function requireSomething(flags: ConfigureFlags, answers: SetupAnswers): void {
  const { remote = {}, gateway = {}, keys = [], ...rest } = answers
  const isEmpty = [remote, gateway, keys, rest].every((part) => Object.keys(part).length === 0)
  if (!isEmpty || flags.installDaemon === true || flags.section?.includes('health') === true) return
  throw new UsageFailure('nothing to configure; say what, see: mayros configure --help')
}

function askSection(prompts: Prompts): Promise<Section> {
  return prompts.choose({
    message: 'What do you want to configure?',
    options: SECTIONS.map((section) => ({ value: section, label: LABELS[section] })),
    initial: 'model',
  })
}

const LABELS: Readonly<Record<Section, string>> = {
  workspace: 'Where the agent works',
  model: 'Which model answers',
  web: 'Searching the web',
  gateway: 'Port, address and secret of the gateway',
  daemon: 'The service',
  channels: 'Channels',
  skills: 'Skills',
  health: 'Nothing; look whether it is well',
}

async function ask(
  context: CommandContext,
  prompts: Prompts,
  given: SetupAnswers,
  sections: readonly Section[],
): Promise<SetupAnswers> {
  const { variables } = await context.environment()
  const now = await stateNow(context)
  let answers = given
  for (const section of sections) {
    if (section === 'workspace' && answers.workspace === undefined) {
      const workspace = await askWorkspace(prompts, now.workspace)
      answers = workspace === undefined ? answers : { ...answers, workspace }
    }
    if (section === 'model' && answers.model === undefined) {
      const model = await askModel(prompts, variables)
      answers = model === undefined ? answers : { ...answers, model }
    }
    if (section === 'gateway' && Object.keys(answers.gateway ?? {}).length === 0) {
      answers = { ...answers, gateway: await askGateway(prompts, now.gateway, context.deps.hashPassword) }
    }
    if (section === 'web') answers = { ...answers, keys: [...(answers.keys ?? []), ...(await askWebKey(prompts))] }
    const hint = HINTS[section]
    if (hint !== undefined) prompts.tell(LABELS[section], hint)
  }
  return answers
}

async function askWebKey(prompts: Prompts): Promise<NonNullable<SetupAnswers['keys']>> {
  const key = await prompts.secret({ message: 'Key of Brave Search (empty: as it is)', check: noControlCharacters })
  return key.trim() === '' ? [] : [{ name: WEB_KEY, value: key.trim() }]
}

/** Parts that are not asked for here. */
const HINTS: Partial<Readonly<Record<Section, readonly string[]>>> = {
  channels: [
    'Each channel has its own section, channels.<id>: see docs/configuration.md, then',
    'mayros channels status --probe',
  ],
  skills: ['Skills are files in the workspace of an agent; there is nothing to configure.'],
}

function showOnly(context: CommandContext, { lines, preview }: Proposal): number {
  if (context.json) context.printJson({ ok: true, dryRun: true, changed: preview.changed, plan: lines })
  else context.print(lines.length === 0 ? 'nothing to change' : lines)
  return exitCodes.ok
}

async function finish(
  context: CommandContext,
  proposal: Proposal,
  { wantsDaemon, wantsHealth }: { readonly wantsDaemon: boolean; readonly wantsHealth: boolean },
): Promise<number> {
  const { home } = await context.environment()
  const done = await proposal.write('configure')
  const isWritten = done.written.written.length > 0
  const outcome = isWritten ? await outcomeLine(context, planOf(proposal.before, done.written), done.written) : null
  const daemon = wantsDaemon ? await installDaemon(context) : NO_DAEMON
  const health = wantsHealth ? await checkGateway(context) : null
  const isFine = daemon.installed === wantsDaemon && health?.ok !== false
  if (context.json) {
    context.printJson({
      ok: isFine,
      changed: done.written.changed,
      steps: stepDocuments(done),
      outcome,
      daemon: { installed: daemon.installed, runtime: 'node' },
      health: { ok: health?.ok ?? null },
      warnings: health?.ok === false ? [...daemon.warnings, health.text] : daemon.warnings,
    })
    return isFine ? exitCodes.ok : exitCodes.failed
  }
  context.print(stepLines(done, home).filter((line) => !line.startsWith('kept')))
  if (outcome !== null) context.print(outcome)
  if (daemon.installed) context.print('installed the service')
  for (const warning of daemon.warnings) context.note(`warning: ${warning}`)
  if (wantsHealth) context.print(health?.text ?? 'the gateway does not run')
  return isFine ? exitCodes.ok : exitCodes.failed
}
