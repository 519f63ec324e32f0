import type { ConfigEdit } from '../../../application/ports/config-source.js'
import { DEFAULT_ACCOUNT_ID } from '../../../domain/config/resolve-channel-account.js'
import { editAgents } from '../agents/edit-agents.js'
import { type AccountPlace, accountPlace } from '../channels/account-place.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'

export interface ChannelsRemoveFlags {
  readonly channel: string
  readonly account?: string
  readonly delete?: boolean
  readonly yes?: boolean
}

/** `mayros channels remove`: switches an account off; with `--delete` its settings go too. */
export async function channelsRemove(context: CommandContext, flags: ChannelsRemoveFlags): Promise<number> {
  const { channel, account: accountId = DEFAULT_ACCOUNT_ID } = flags
  const editing = await editAgents(context)
  const place = accountPlace(editing.before.resolved, channel, accountId)
  if (!place.exists) throw new CliFailure('unknown_account', `there is no account ${channel}/${accountId}`)
  const isDeleted = flags.delete === true
  if (isDeleted && flags.yes !== true) await ask(context, `${channel}/${accountId}`)
  const edits = isDeleted ? deletion(channel, place) : [{ path: [...place.path, 'enabled'], value: false }]
  const after = await editing.write(`channels remove ${channel}/${accountId}`, () => edits)
  const outcome = await editing.outcome(after)
  if (context.json) context.printJson({ ok: true, channel, accountId, deleted: isDeleted, outcome })
  else {
    context.print(`${isDeleted ? 'removed' : 'switched off'} ${channel}/${accountId}`)
    context.print(outcome)
  }
  return exitCodes.ok
}

/** Without its last account a channel would be one itself. */
function deletion(channel: string, { path, listed }: AccountPlace): readonly ConfigEdit[] {
  return [{ path: listed.length === 1 ? ['channels', channel] : path, value: undefined }]
}

async function ask({ deps }: CommandContext, name: string): Promise<void> {
  if (!deps.stdin.isTTY) throw new UsageFailure('nobody can be asked here; add --yes')
  deps.stderr.write(`remove ${name} with all its settings? [y/N] `)
  const answer = await deps.stdin.readLine()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('declined', 'not removed')
}
