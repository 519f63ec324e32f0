import type { ConfigEdit, ConfigReading } from '../../../application/ports/config-source.js'
import { DEFAULT_ACCOUNT_ID } from '../../../domain/config/resolve-channel-account.js'
import { editAgents } from '../agents/edit-agents.js'
import { type AccountFlags, accountKeys, CHANNEL_FORMS, formOf } from '../channels/account-fields.js'
import { accountPlace } from '../channels/account-place.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { explainWrite } from '../config/config-report.js'
import { exitCodes } from '../exit-codes.js'
import { withPerson } from '../setup/with-person.js'

export interface ChannelsAddFlags extends AccountFlags {
  readonly channel?: string
  readonly account?: string
  readonly useEnv?: boolean
  /** False: `--no-verify`. */
  readonly verify?: boolean
}

interface NewAccount {
  readonly channel: string
  readonly accountId: string
  readonly keys: Readonly<Record<string, unknown>>
}

/** `mayros channels add`: an account in the configuration; without flags asks. Its credential is tried before. */
export async function channelsAdd(context: CommandContext, flags: ChannelsAddFlags): Promise<number> {
  const { channel } = flags
  if (channel === undefined)
    return withPerson(context, 'channels add', async () => add(context, await ask(context), flags))
  const given = await withSecretsFromStdin(context, flags)
  const account = { channel, accountId: flags.account ?? DEFAULT_ACCOUNT_ID, keys: accountKeys(channel, given) }
  await requireVariables(context, account, flags)
  return add(context, account, flags)
}

async function add(context: CommandContext, account: NewAccount, { verify }: ChannelsAddFlags): Promise<number> {
  const { channel, accountId } = account
  const editing = await editAgents(context)
  const edits = editsOf(editing.before, account)
  if (verify !== false) await requireWorking(context, account, edits)
  const after = await editing.write(`channels add ${channel}/${accountId}`, () => edits)
  const outcome = await editing.outcome(after)
  if (context.json) context.printJson({ ok: true, channel, accountId, verified: verify !== false, outcome })
  else {
    context.print(`${after.written.length === 0 ? 'there already is' : 'added'} ${channel}/${accountId}`)
    context.print(outcome)
  }
  return exitCodes.ok
}

function editsOf({ resolved }: ConfigReading, { channel, accountId, keys }: NewAccount): readonly ConfigEdit[] {
  const { path, exists, listed } = accountPlace(resolved, channel, accountId)
  const isBesideDefault = !exists && listed.length === 0 && path.length > 2
  const section = accountPlace(resolved, channel, DEFAULT_ACCOUNT_ID)
  return [
    // The channel itself was the account `default`, and would be no account any more beside one that is listed.
    ...(isBesideDefault && section.exists
      ? [{ path: [...section.path, 'accounts', DEFAULT_ACCOUNT_ID], value: {} }]
      : []),
    ...(exists
      ? Object.entries(keys).map(([key, value]) => ({ path: [...path, key], value }))
      : [{ path, value: keys }]),
    ...(exists ? [{ path: [...path, 'enabled'], value: undefined }] : []),
  ]
}

/** Asks the network with what would be written. */
async function requireWorking(
  context: CommandContext,
  account: NewAccount,
  edits: readonly ConfigEdit[],
): Promise<void> {
  const { channel, accountId } = account
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const after = await source.edit(edits, { dryRun: true }).catch((thrown: unknown) => {
    throw explainWrite(thrown)
  })
  if (after.config === null) throw new CliFailure('config_invalid', 'the configuration cannot be used')
  const probe = await context.deps.probeChannel(environment, after.config, channel, accountId)
  if (probe === null || probe.ok) return
  throw new CliFailure('probe_failed', `${channel}/${accountId}: ${probe.error ?? 'it does not work'}`, {
    notes: [{ label: 'note', text: 'nothing was written; --no-verify writes it as it is' }],
  })
}

async function ask(context: CommandContext): Promise<NewAccount> {
  const prompts = await context.deps.openPrompts()
  prompts.begin('A chat channel')
  const options = Object.keys(CHANNEL_FORMS).map((id) => ({ value: id, label: id }))
  const channel = await prompts.choose({ message: 'Which network?', options })
  const account = await prompts.text({ message: 'Name of the account', initial: DEFAULT_ACCOUNT_ID })
  const flags: Record<string, unknown> = {}
  const check = (answer: string) => (answer.trim() === '' ? 'needed' : null)
  for (const { flag, message, isSecret } of formOf(channel).questions) {
    const answer = isSecret === true ? await prompts.secret({ message, check }) : await prompts.text({ message, check })
    flags[flag] = answer.trim()
  }
  return { channel, accountId: account.trim() || DEFAULT_ACCOUNT_ID, keys: accountKeys(channel, flags) }
}

async function requireVariables(
  context: CommandContext,
  account: NewAccount,
  { useEnv }: ChannelsAddFlags,
): Promise<void> {
  const { channel, accountId, keys } = account
  if (useEnv !== true) {
    if (Object.keys(keys).length > 0) return
    throw new UsageFailure(`channels add --channel ${channel} needs what opens the door: see --help, or add --use-env`)
  }
  const variables = formOf(channel).credentials.flatMap(({ variable }) => (variable === undefined ? [] : [variable]))
  if (accountId !== DEFAULT_ACCOUNT_ID) throw new UsageFailure('--use-env serves the account default only')
  const known = (await context.environment()).variables
  if (channel !== 'irc' && !variables.some((name) => (known[name] ?? '') !== '')) {
    throw new UsageFailure(`--use-env: set ${variables.join(' or ') || 'no variable serves this channel'}`)
  }
}

/** A secret of `-` comes from stdin, so that no list of processes shows it. */
async function withSecretsFromStdin(context: CommandContext, flags: ChannelsAddFlags): Promise<ChannelsAddFlags> {
  const secrets = ['token', 'botToken', 'appToken', 'secret', 'serverPassword'] as const
  const open = secrets.filter((flag) => flags[flag] === '-')
  if (open.length > 1) throw new UsageFailure('only one secret can come from stdin')
  const [flag] = open
  return flag === undefined ? flags : { ...flags, [flag]: (await context.deps.stdin.readLine()).trim() }
}
