import { z } from 'zod'
import { discordChannel } from './channel-discord.js'
import { channelDefaults, outsideChannel } from './channel-fields.js'
import { ircChannel } from './channel-irc.js'
import { slackChannel } from './channel-slack.js'
import { telegramChannel } from './channel-telegram.js'
import { webhookChannel } from './channel-webhook.js'
import { described, ignored } from './declare.js'
import type { SecretField } from './secret-field.js'
import { modelRef } from './shared-fields.js'

/** Channels that can be configured. */
export const CHANNEL_KINDS = ['telegram', 'discord', 'slack', 'irc', 'webhook'] as const

export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** Channels of later times: accepted, without effect. */
export const LATER_CHANNELS = ['whatsapp', 'signal', 'imessage', 'googlechat', 'msteams', 'mattermost'] as const

/** What else may stand below `channels`. */
export const OTHER_CHANNEL_KEYS: readonly string[] = ['defaults', 'modelByChannel', ...LATER_CHANNELS]

/**
 * `channels.*`: where people write. Keys that nobody here knows are channels of packages (`plugins.channels`); whether
 * there are packages is for the rules over several keys to say.
 * @param isPresent which channels the file has; the others are not worth building. `outside` = any that is not ours
 */
export const channelsSection = (secret: SecretField, isPresent: (kind: ChannelKind | 'outside') => boolean) => {
  const channel = <T extends z.ZodType>(kind: ChannelKind, build: (secret: SecretField) => T) =>
    (isPresent(kind) ? build(secret) : absent).optional() as z.ZodOptional<T>
  const section = z.strictObject({
    defaults: channelDefaults(),
    modelByChannel: described(
      z.record(z.string().min(1), z.record(z.string().min(1), modelRef('Model of this chat.'))),
      'Models by channel and chat, for sessions that have none of their own.',
    ).default({}),
    telegram: channel('telegram', telegramChannel),
    discord: channel('discord', discordChannel),
    slack: channel('slack', slackChannel),
    irc: channel('irc', ircChannel),
    webhook: channel('webhook', webhookChannel),
    whatsapp: later(),
    signal: later(),
    imessage: later(),
    googlechat: later(),
    msteams: later(),
    mattermost: later(),
  })
  return isPresent('outside') ? (section.catchall(outsideChannel()) as unknown as typeof section) : section
}

const absent = z.undefined()

const later = () => ignored('A channel of later versions; accepted and ignored.')
