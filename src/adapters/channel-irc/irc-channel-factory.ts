import type { ChannelFactory } from '../../application/ports/channel-factory.js'
import { mentionPatternsOf } from '../../domain/channels/mention-patterns.js'
import { IrcChannel } from './irc-channel.js'
import { readIrcSettings } from './irc-settings.js'

/** Makes accounts on IRC networks. */
export const ircChannelFactory: ChannelFactory<'irc'> = (account, { clock, log, environment, random }) =>
  new IrcChannel(
    {
      accountId: account.accountId,
      enabled: account.enabled,
      read: readIrcSettings(account, environment),
      patterns: mentionPatternsOf({ own: account.mentionPatterns }),
    },
    { clock, log, random },
  )
