import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { DEFAULT_ACCOUNT_ID } from '../../domain/config/resolve-channel-account.js'
import { isRoom } from './irc-names.js'

/** A channel to join. */
export interface Room {
  readonly name: string
  /** Key of a channel that asks for one. */
  readonly key?: string
}

/** A secret as it is written, or where it is kept. */
export interface SecretPlace {
  readonly text?: string | undefined
  readonly file?: string | undefined
}

export interface IrcSettings {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly nick: string
  readonly username: string
  readonly realname: string
  /** Of the server. */
  readonly password: SecretPlace
  readonly nickserv: {
    readonly service: string
    readonly password: SecretPlace
    readonly register: boolean
    readonly registerEmail: string | undefined
  } | null
  readonly rooms: readonly Room[]
  /** Channels that cannot be joined because they are no names of channels. */
  readonly badRooms: readonly string[]
}

export type ReadSettings =
  | { readonly kind: 'ready'; readonly settings: IrcSettings }
  /** For people: what is missing. */
  | { readonly kind: 'incomplete'; readonly problem: string }

/** What an account says, completed from the environment where that may serve it. */
export function readIrcSettings(
  account: ChannelAccount<'irc'>,
  environment: Readonly<Record<string, string | undefined>>,
): ReadSettings {
  const isDefault = account.accountId === DEFAULT_ACCOUNT_ID
  const variable = (name: string) => (isDefault && environment[name]?.trim() ? environment[name].trim() : undefined)
  const host = account.host ?? variable('IRC_HOST')
  const nick = account.nick ?? variable('IRC_NICK')
  const missing = [...(host === undefined ? ['host'] : []), ...(nick === undefined ? ['nick'] : [])]
  if (host === undefined || nick === undefined) {
    const where = isDefault ? 'channels.irc' : `channels.irc.accounts.${account.accountId}`
    return { kind: 'incomplete', problem: `set ${missing.map((field) => `${where}.${field}`).join(' and ')}` }
  }
  const tls = account.tls !== false
  const names = account.channels ?? variable('IRC_CHANNELS')?.split(',') ?? []
  const rooms = names.map(roomOf)
  const hasOwn = account.password !== undefined || account.passwordFile !== undefined
  return {
    kind: 'ready',
    settings: {
      host,
      port: account.port ?? (tls ? 6697 : 6667),
      tls,
      nick,
      username: userName(account.username ?? variable('IRC_USERNAME') ?? nick),
      realname: account.realname ?? variable('IRC_REALNAME') ?? nick,
      password: hasOwn
        ? { text: account.password, file: account.passwordFile }
        : { text: variable('IRC_PASSWORD'), file: undefined },
      nickserv: nickservOf(account, variable('IRC_NICKSERV_PASSWORD')),
      rooms: rooms.filter(({ name }) => isRoom(name)),
      badRooms: rooms.filter(({ name }) => !isRoom(name)).map(({ name }) => name),
    },
  }
}

function nickservOf({ nickserv }: ChannelAccount<'irc'>, fromVariable: string | undefined): IrcSettings['nickserv'] {
  if (nickserv?.enabled === false) return null
  const hasOwn = nickserv?.password !== undefined || nickserv?.passwordFile !== undefined
  if (!hasOwn && fromVariable === undefined) return null
  return {
    service: nickserv?.service ?? 'NickServ',
    password: hasOwn ? { text: nickserv.password, file: nickserv.passwordFile } : { text: fromVariable },
    register: nickserv?.register === true,
    registerEmail: nickserv?.registerEmail,
  }
}

/** Without what would end the word on the wire. */
function userName(written: string): string {
  return written.replace(/[\s@!:]/gu, '') || 'mayros'
}

/** `#room`, or `#room key`. */
function roomOf(written: string): Room {
  const [name = '', key] = written.trim().split(/\s+/u)
  return key === undefined ? { name } : { name, key }
}
