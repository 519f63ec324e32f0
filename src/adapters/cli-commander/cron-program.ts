import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { CronRunFlags } from './commands/cron-run.js'
import type { CronRunsFlags } from './commands/cron-runs.js'
import type { JobFlags } from './cron/job-of-flags.js'
import { examples } from './examples.js'
import { oneOf, wholeNumber } from './option-values.js'
import { shared } from './shared-options.js'

type ContextOf = (command: Command) => CommandContext
type Ended = (exitCode: number) => void

/** `mayros cron ...`; the commands are loaded when they are called. */
export function addCron(program: Command, contextOf: ContextOf, ended: Ended): void {
  const cron = program
    .command('cron')
    .description('work by the clock: jobs, when they run, how they ended')
    .addHelpText('after', examples('mayros cron list', 'mayros cron add --every 1h --message "Anything new?"'))
  addLooks(cron, contextOf, ended)
  addChanges(cron, contextOf, ended)
}

function addLooks(cron: Command, contextOf: ContextOf, ended: Ended): void {
  shared(cron.command('list'))
    .description('jobs, by their next runs')
    .option('--all', 'also jobs that are switched off')
    .addHelpText('after', examples('mayros cron list', 'mayros cron list --all --json'))
    .action(async (flags: SharedFlags & { readonly all?: boolean }, command: Command) => {
      const { cronList } = await import('./commands/cron-list.js')
      ended(await cronList(contextOf(command), flags))
    })
  shared(cron.command('runs'))
    .description('how jobs have ended, newest last')
    .option('--id <id>', 'of one job')
    .option('--limit <n>', 'the newest this many (50)', wholeNumber('--limit', 1, 5_000))
    .addHelpText('after', examples('mayros cron runs', 'mayros cron runs --id a41f --limit 10'))
    .action(async (flags: CronRunsFlags, command: Command) => {
      const { cronRuns } = await import('./commands/cron-runs.js')
      ended(await cronRuns(contextOf(command), flags))
    })
  shared(cron.command('status'))
    .description('whether jobs run, how many there are, and which one is next')
    .addHelpText('after', examples('mayros cron status', 'mayros cron status --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { cronStatus } = await import('./commands/cron-list.js')
      ended(await cronStatus(contextOf(command), flags))
    })
}

function addChanges(cron: Command, contextOf: ContextOf, ended: Ended): void {
  jobOptions(shared(cron.command('add').alias('create')))
    .description('add a job; prints its id and its next runs')
    .addHelpText(
      'after',
      examples(
        'mayros cron add --cron "0 7 * * *" --tz Europe/Berlin --message "Sum up my mail" --channel telegram --to 42',
        'mayros cron add --at 20m --system-event "Remind me of the tea"',
      ),
    )
    .action(async (flags: JobFlags, command: Command) => {
      const { cronAdd } = await import('./commands/cron-change.js')
      ended(await cronAdd(contextOf(command), flags))
    })
  jobOptions(shared(cron.command('edit')))
    .argument('<id>', 'id of a job, or its beginning')
    .description('change a job; what is not named stays')
    .addHelpText('after', examples('mayros cron edit a41f --every 2h', 'mayros cron edit a41f --no-deliver'))
    .action(async (id: string, flags: JobFlags, command: Command) => {
      const { cronEdit } = await import('./commands/cron-change.js')
      ended(await cronEdit(contextOf(command), id, flags))
    })
  for (const [name, does] of [
    ['enable', 'let a job run again when its time comes'],
    ['disable', 'keep a job from running by itself'],
  ] as const) {
    shared(cron.command(name))
      .argument('<id>', 'id of a job, or its beginning')
      .description(does)
      .addHelpText('after', examples(`mayros cron ${name} a41f`, `mayros cron ${name} a41f --json`))
      .action(async (id: string, flags: SharedFlags, command: Command) => {
        const { cronSwitch } = await import('./commands/cron-change.js')
        ended(await cronSwitch(contextOf(command), id, name === 'enable', flags))
      })
  }
  shared(cron.command('rm').alias('remove'))
    .argument('<id>', 'id of a job, or its beginning')
    .description('remove a job; a run that is under way goes on')
    .addHelpText('after', examples('mayros cron rm a41f', 'mayros cron rm a41f --json'))
    .action(async (id: string, flags: SharedFlags, command: Command) => {
      const { cronRemove } = await import('./commands/cron-change.js')
      ended(await cronRemove(contextOf(command), id, flags))
    })
  shared(cron.command('run'))
    .argument('<id>', 'id of a job, or its beginning')
    .description('run a job now')
    .option('--due', 'only when its time has come')
    .option('--wait', 'wait for the end')
    .addHelpText('after', examples('mayros cron run a41f', 'mayros cron run a41f --wait'))
    .action(async (id: string, flags: CronRunFlags, command: Command) => {
      const { cronRun } = await import('./commands/cron-run.js')
      ended(await cronRun(contextOf(command), id, flags))
    })
}

function jobOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name for people (default: the beginning of its text)')
    .option('--description <text>', 'what it is for')
    .option('--at <time>', 'once: a time like 2026-11-22T16:00, of this host unless it names a zone, or from now: 20m')
    .option('--every <duration>', 'again and again: 10m, 2h, 1d')
    .option('--cron <expression>', 'by a cron expression of 5 or 6 fields')
    .option('--tz <zone>', 'with --cron: IANA time zone (default: that of the gateway)')
    .option('--stagger <duration>', 'with --cron: up to this much later, so that not everything begins at once')
    .option('--exact', 'with --cron: no later than the expression says')
    .option('--system-event <text>', 'tell the main session, which looks at it')
    .option('--message <text>', 'a turn of its own with this message')
    .option(
      '--session <target>',
      'main or isolated (default: by what it says)',
      oneOf('--session', ['main', 'isolated']),
    )
    .option('--agent <id>', 'agent that answers (default: the default agent)')
    .option('--model <model>', 'with --message: provider/model or an alias')
    .option('--thinking <level>', 'with --message: how much the model reasons')
    .option(
      '--timeout-seconds <n>',
      'with --message: longest time (600); 0 = none',
      wholeNumber('--timeout-seconds', 0),
    )
    .option('--announce', 'with --message: send the answer to a chat (default)')
    .option('--no-deliver', 'with --message: send the answer nowhere')
    .option('--channel <channel>', 'channel that gets the answer (default: where the last message came from)')
    .option('--to <chat>', 'chat that gets the answer')
    .option('--webhook <url>', 'post the result to this address')
    .option('--best-effort-deliver', 'an answer that cannot be delivered is no failure of the job')
    .option('--wake <mode>', 'now or next-heartbeat (now)', oneOf('--wake', ['now', 'next-heartbeat']))
    .option('--delete-after-run', 'remove it when it has run (default with --at)')
    .option('--keep-after-run', 'keep it when it has run')
    .option('--disabled', 'do not run it by itself')
}
