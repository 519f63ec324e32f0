import type { Command } from 'commander'
import type { CommandContext, SharedFlags } from './command-context.js'
import type { ApprovalsAllowFlags, ApprovalsResolveFlags, ApprovalsSetFlags } from './commands/approvals.js'
import { examples } from './examples.js'
import { oneOf } from './option-values.js'
import { shared } from './shared-options.js'

const DECISIONS = ['allow-once', 'allow-always', 'deny']

/** `mayros approvals ...`; the commands are loaded when they are called. */
export function addApprovals(
  program: Command,
  contextOf: (command: Command) => CommandContext,
  ended: (exitCode: number) => void,
): void {
  const approvals = program
    .command('approvals')
    .description('which commands agents may run without asking, and the questions about others')
    .addHelpText('after', examples('mayros approvals get', `mayros approvals allow '/usr/bin/git log **'`))
  addLists(approvals, contextOf, ended)
  addQuestions(approvals, contextOf, ended)
}

type ContextOf = (command: Command) => CommandContext
type Ended = (exitCode: number) => void

function addLists(approvals: Command, contextOf: ContextOf, ended: Ended): void {
  shared(approvals.command('get'))
    .description('rules and allow lists')
    .addHelpText('after', examples('mayros approvals get', 'mayros approvals get --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { approvalsGet } = await import('./commands/approvals.js')
      ended(await approvalsGet(contextOf(command), flags))
    })
  shared(approvals.command('set'))
    .requiredOption('--file <path>', 'JSON with version, defaults and agents; - reads it from stdin')
    .description('replace rules and allow lists')
    .addHelpText('after', examples('mayros approvals set --file approvals.json', 'mayros approvals set --file -'))
    .action(async (flags: ApprovalsSetFlags, command: Command) => {
      const { approvalsSet } = await import('./commands/approvals.js')
      ended(await approvalsSet(contextOf(command), flags))
    })
  pattern(approvals.command('allow'), contextOf, ended, 'add')
  const allowlist = approvals.command('allowlist').description('add or remove patterns')
  pattern(allowlist.command('add'), contextOf, ended, 'add')
  pattern(allowlist.command('remove'), contextOf, ended, 'remove')
}

function pattern(command: Command, contextOf: ContextOf, ended: Ended, change: 'add' | 'remove'): void {
  const line = `mayros approvals ${change === 'add' ? 'allow' : 'allowlist remove'}`
  shared(command)
    .argument('<pattern>', 'absolute path of a program, then its arguments; * and ? stand for parts, ** for any more')
    .option('--agent <id>', 'for this agent (default *, all agents)')
    .description(change === 'add' ? 'let commands run without asking' : 'take a pattern off the list')
    .addHelpText('after', examples(`${line} '/usr/bin/git log **'`, `${line} /usr/bin/ls --agent ops`))
    .action(async (text: string, flags: ApprovalsAllowFlags, own: Command) => {
      const { approvalsChange } = await import('./commands/approvals.js')
      ended(await approvalsChange(contextOf(own), change, text, flags))
    })
}

function addQuestions(approvals: Command, contextOf: ContextOf, ended: Ended): void {
  shared(approvals.command('pending'))
    .description('questions that wait for an answer')
    .addHelpText('after', examples('mayros approvals pending', 'mayros approvals pending --json'))
    .action(async (flags: SharedFlags, command: Command) => {
      const { approvalsPending } = await import('./commands/approvals.js')
      ended(await approvalsPending(contextOf(command), flags))
    })
  shared(approvals.command('resolve'))
    .argument('<id>', 'id of a question')
    .requiredOption('--decision <decision>', DECISIONS.join(', '), oneOf('--decision', DECISIONS))
    .description('answer a question')
    .addHelpText(
      'after',
      examples(
        'mayros approvals resolve 3f2a7c1e-0000-4000-8000-000000000001 --decision allow-once',
        'mayros approvals resolve 3f2a7c1e-0000-4000-8000-000000000001 --decision deny',
      ),
    )
    .action(async (id: string, flags: ApprovalsResolveFlags, command: Command) => {
      const { approvalsResolve } = await import('./commands/approvals.js')
      ended(await approvalsResolve(contextOf(command), id, flags))
    })
}
