import { printable } from '../../../domain/log/printable.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { table } from '../render/words.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface ChannelsLookFlags extends SharedFlags {
  readonly channel?: string
  readonly account?: string
}

interface Abilities {
  readonly channel: string
  readonly accountId: string
  readonly label: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly textLimit: { readonly max: number; readonly unit: string }
}

interface Resolved {
  readonly channel: string
  readonly accountId: string
  readonly results: readonly {
    readonly name: string
    readonly found: boolean
    readonly place?: { readonly kind: string; readonly chatId: string; readonly branch?: { readonly id: string } }
  }[]
}

/** `mayros channels capabilities`: what each account can do on its network. */
export async function channelsCapabilities(context: CommandContext, flags: ChannelsLookFlags): Promise<number> {
  const { accounts } = await asked<{ accounts: readonly Abilities[] }>(context, flags, 'channels.capabilities', {})
  if (context.json) context.printJson({ ok: true, accounts })
  else if (accounts.length === 0) context.print('no channels')
  else {
    context.print(
      table(
        accounts.map(({ channel, accountId, capabilities, textLimit }) => [
          `${channel}/${accountId}`,
          abilitiesText(capabilities),
          `messages of ${textLimit.max} ${textLimit.unit === 'bytes' ? 'bytes' : 'characters'}`,
        ]),
      ),
    )
  }
  return exitCodes.ok
}

/** `mayros channels resolve <name...>`: how names of chats are read. */
export async function channelsResolve(
  context: CommandContext,
  names: readonly string[],
  flags: ChannelsLookFlags,
): Promise<number> {
  const resolved = await asked<Resolved>(context, flags, 'channels.resolve', { names })
  const isComplete = resolved.results.every(({ found }) => found)
  if (context.json) context.printJson({ ok: isComplete, ...resolved })
  else {
    context.print(
      table(
        resolved.results.map(({ name, place }) => [
          printable(name),
          place === undefined ? 'unknown' : place.kind,
          place === undefined ? '' : printable(place.chatId),
          place?.branch === undefined ? '' : `thread ${printable(place.branch.id)}`,
        ]),
      ),
    )
  }
  return isComplete ? exitCodes.ok : exitCodes.failed
}

async function asked<T>(context: CommandContext, flags: ChannelsLookFlags, name: string, params: object): Promise<T> {
  const access = await findGateway(context, flags)
  const { channel, account } = flags
  const where = {
    ...(channel === undefined ? {} : { channel }),
    ...(account === undefined ? {} : { accountId: account }),
  }
  return withGateway(access, (client) => client.call<T>(name, { ...params, ...where }, { timeoutMs: access.timeoutMs }))
}

/** `media in and out, typing, edits` */
function abilitiesText({ media, ...others }: Readonly<Record<string, unknown>>): string {
  const { inbound = false, outbound = false } = (media ?? {}) as {
    readonly inbound?: boolean
    readonly outbound?: boolean
  }
  const ways = [inbound ? 'in' : '', outbound ? 'out' : ''].filter(Boolean).join(' and ')
  const able = Object.entries(others).flatMap(([name, can]) => (can === true ? [name] : []))
  return [...(ways === '' ? [] : [`media ${ways}`]), ...able].join(', ') || 'text only'
}
