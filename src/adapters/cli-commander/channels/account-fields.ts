import { UsageFailure } from '../cli-failure.js'

/** What `channels add` takes for an account, as flags. */
export interface AccountFlags {
  readonly token?: string
  readonly botToken?: string
  readonly appToken?: string
  readonly tokenFile?: string
  readonly host?: string
  readonly port?: number
  readonly tls?: boolean
  readonly nick?: string
  readonly join?: readonly string[]
  readonly serverPassword?: string
  readonly secret?: string
  readonly replyUrl?: string
  readonly name?: string
}

/** How one channel is set up by flags. */
export interface ChannelForm {
  /** Flag → key of the account. */
  readonly fields: Readonly<Partial<Record<keyof AccountFlags, string>>>
  /** Asked for when nothing was given; secrets are not shown while they are typed. */
  readonly questions: readonly {
    readonly flag: keyof AccountFlags
    readonly message: string
    readonly isSecret?: true
  }[]
  /** Keys that prove who we are, with the variable that may stand for them at the account `default`. */
  readonly credentials: readonly { readonly key: string; readonly variable?: string; readonly file?: string }[]
}

/** Channels that `channels add` knows how to set up. */
export const CHANNEL_FORMS: Readonly<Record<string, ChannelForm>> = {
  telegram: {
    fields: { token: 'botToken', botToken: 'botToken', tokenFile: 'tokenFile', name: 'name' },
    questions: [{ flag: 'botToken', message: 'Token of the bot (from @BotFather)', isSecret: true }],
    credentials: [{ key: 'botToken', variable: 'TELEGRAM_BOT_TOKEN', file: 'tokenFile' }],
  },
  irc: {
    fields: {
      host: 'host',
      port: 'port',
      tls: 'tls',
      nick: 'nick',
      join: 'channels',
      serverPassword: 'password',
      name: 'name',
    },
    questions: [
      { flag: 'host', message: 'Server' },
      { flag: 'nick', message: 'Nickname' },
    ],
    credentials: [
      { key: 'password', variable: 'IRC_PASSWORD', file: 'passwordFile' },
      { key: 'nickserv.password', variable: 'IRC_NICKSERV_PASSWORD', file: 'nickserv.passwordFile' },
    ],
  },
  webhook: {
    fields: { secret: 'secret', token: 'secret', replyUrl: 'replyUrl', name: 'name' },
    questions: [
      { flag: 'replyUrl', message: 'Address that answers are posted to' },
      { flag: 'secret', message: 'Secret that signs requests in both directions', isSecret: true },
    ],
    credentials: [{ key: 'secret' }],
  },
  discord: {
    fields: { token: 'token', botToken: 'token', name: 'name' },
    questions: [{ flag: 'token', message: 'Token of the bot', isSecret: true }],
    credentials: [{ key: 'token', variable: 'DISCORD_BOT_TOKEN' }],
  },
  slack: {
    fields: { token: 'botToken', botToken: 'botToken', appToken: 'appToken', name: 'name' },
    questions: [
      { flag: 'botToken', message: 'Token of the bot (xoxb-)', isSecret: true },
      { flag: 'appToken', message: 'Token of the app (xapp-)', isSecret: true },
    ],
    credentials: [
      { key: 'botToken', variable: 'SLACK_BOT_TOKEN' },
      { key: 'appToken', variable: 'SLACK_APP_TOKEN' },
    ],
  },
}

const FLAGS: Readonly<Record<keyof AccountFlags, string>> = {
  token: '--token',
  botToken: '--bot-token',
  appToken: '--app-token',
  tokenFile: '--token-file',
  host: '--host',
  port: '--port',
  tls: '--no-tls',
  nick: '--nick',
  join: '--join',
  serverPassword: '--server-password',
  secret: '--secret',
  replyUrl: '--reply-url',
  name: '--name',
}

/** The keys of an account that the flags mean. @throws UsageFailure for a flag that this channel has no key for */
export function accountKeys(channel: string, flags: AccountFlags): Readonly<Record<string, unknown>> {
  const { fields } = formOf(channel)
  const keys: Record<string, unknown> = {}
  for (const flag of Object.keys(FLAGS) as (keyof AccountFlags)[]) {
    const value = flags[flag]
    if (value === undefined) continue
    const key = fields[flag]
    // Commander says `tls: true` where nobody wrote --no-tls.
    if (flag === 'tls' && value === true) continue
    if (key === undefined) throw new UsageFailure(`${FLAGS[flag]} means nothing to ${channel}`)
    keys[key] = value
  }
  return keys
}

export function formOf(channel: string): ChannelForm {
  const form = Object.hasOwn(CHANNEL_FORMS, channel) ? CHANNEL_FORMS[channel] : undefined
  if (form !== undefined) return form
  const known = Object.keys(CHANNEL_FORMS).join(', ')
  throw new UsageFailure(`--channel: expected one of ${known}, got "${channel}"`, [
    { label: 'note', text: 'channels of packages are set up with: mayros config set channels.<id>' },
  ])
}
