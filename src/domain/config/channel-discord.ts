import { z } from 'zod'
import { channelOf, commonChannelFields, reactionNotifications } from './channel-fields.js'
import { anyText, described, flag, int, num, text, texts } from './declare.js'
import { readable } from './describe-expected.js'
import type { SecretField } from './secret-field.js'
import { chatToolPolicy, toolsBySender } from './shared-fields.js'

/** Discord's ids have more digits than a number keeps. */
const quotedIds = (description: string) =>
  described(
    z.array(readable(z.string().min(1), 'an id in quotes, because a number loses its last digits')),
    description,
  )

/** `channels.discord`. */
export const discordChannel = (secret: SecretField) =>
  channelOf(() => ({
    ...commonChannelFields(),
    token: secret('Token of the bot (default account: else the variable DISCORD_BOT_TOKEN).').optional(),
    allowFrom: quotedIds('Senders of direct messages (default none).').optional(),
    groupAllowFrom: quotedIds('Senders in groups (default: as allowFrom).').optional(),
    allowBots: flag('Answer other bots (default false).').optional(),
    dm: z
      .strictObject({
        enabled: flag('Whether direct messages are served (default true).').optional(),
        groupEnabled: flag('Whether group messages are served (default false).').optional(),
        groupChannels: quotedIds('Group messages that are served.').optional(),
      })
      .optional(),
    guilds: described(z.record(z.string().min(1), guild()), 'Servers that are served, by id or *.').optional(),
    maxLinesPerMessage: int('Most lines of one message (default 17).', 1).optional(),
    intents: z
      .strictObject({
        presence: flag('Ask Discord who is online.').optional(),
        guildMembers: flag('Ask Discord for the members of servers.').optional(),
      })
      .optional(),
    threadBindings: z
      .strictObject({
        enabled: flag('Threads can be bound to a session.').optional(),
        ttlHours: num('How long a binding lasts, in hours; 0 = forever.').optional(),
        spawnSubagentSessions: flag('Sub-agents get threads of their own.').optional(),
      })
      .optional(),
    actions: described(
      z.record(z.string().min(1), z.boolean()),
      'What agents may do, by action (default: roles and moderation no, others yes).',
    ).optional(),
    proxy: secret('Proxy for calls to Discord; hidden, because it may name a user and a password.').optional(),
    reactionNotifications: reactionNotifications(),
  }))

const guild = () =>
  z.strictObject({
    slug: text('Readable name of the server.').optional(),
    requireMention: flag('Answer only when mentioned (default true).').optional(),
    users: quotedIds('Senders that are answered.').optional(),
    roles: quotedIds('Roles that are answered.').optional(),
    reactionNotifications: reactionNotifications(),
    tools: chatToolPolicy('Tools on this server.'),
    toolsBySender: toolsBySender(),
    channels: z
      .record(
        z.string().min(1),
        z.strictObject({
          allow: flag('Whether this channel is served (default true).').optional(),
          requireMention: flag('Answer only when mentioned (default: as the server).').optional(),
          users: quotedIds('Senders that are answered here.').optional(),
          roles: quotedIds('Roles that are answered here.').optional(),
          skills: texts('Skills in this channel.').optional(),
          systemPrompt: anyText('More instructions for this channel.').optional(),
          tools: chatToolPolicy('Tools in this channel.'),
          autoThread: flag('Answer in a new thread (default false).').optional(),
        }),
      )
      .optional(),
  })
