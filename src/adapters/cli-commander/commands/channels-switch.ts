import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type AccountFacts, accountStateOf } from '../render/channels.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ChannelAccountFlags extends SharedFlags {
  readonly channel: string
  readonly account?: string
}

interface Switched {
  readonly channel: string
  readonly accountId: string
  readonly status?: AccountFacts
}

/** `mayros channels start|stop|restart`: one account of the running gateway; the configuration stays as it is. */
export async function channelsSwitch(
  context: CommandContext,
  what: 'start' | 'stop' | 'restart',
  flags: ChannelAccountFlags,
): Promise<number> {
  const { channel, accountId, status } = await asked<Switched>(context, flags, `channels.${what}`)
  const state = status === undefined ? 'stopped' : accountStateOf(status)
  if (context.json) context.printJson({ ok: true, channel, accountId, state, status: status ?? null })
  else context.print(`${channel}/${accountId} ${state}`)
  return exitCodes.ok
}

/** `mayros channels logout`: forgets what was linked, on networks where something is. */
export async function channelsLogout(context: CommandContext, flags: ChannelAccountFlags): Promise<number> {
  const result = await asked<{ channel: string; accountId: string; cleared: boolean }>(
    context,
    flags,
    'channels.logout',
  )
  if (context.json) context.printJson({ ok: true, ...result })
  else context.print(`${result.channel}/${result.accountId} ${result.cleared ? 'logged out' : 'was not logged in'}`)
  return exitCodes.ok
}

/** `mayros channels login`: no network here is linked by hand. */
export async function channelsLogin({ channel }: { readonly channel: string }): Promise<never> {
  const { CHANNEL_FORMS } = await import('../channels/account-fields.js')
  const key = Object.hasOwn(CHANNEL_FORMS, channel) ? CHANNEL_FORMS[channel]?.credentials[0]?.key : undefined
  throw new UsageFailure(`${channel} has no login${key === undefined ? '' : `; set channels.${channel}.${key}`}`)
}

async function asked<T>(context: CommandContext, flags: ChannelAccountFlags, name: string): Promise<T> {
  const access = await findGateway(context, flags)
  const params = { channel: flags.channel, ...(flags.account === undefined ? {} : { accountId: flags.account }) }
  return withGateway(access, (client) => client.call<T>(name, params, { timeoutMs: access.timeoutMs }))
}
