import { z } from 'zod'
import { channelOf, commonChannelFields } from './channel-fields.js'
import { anyText, described, flag, ids, int, oneOf, text, texts } from './declare.js'
import type { SecretField } from './secret-field.js'
import { chatToolPolicy } from './shared-fields.js'

/** `channels.slack`. */
export const slackChannel = (secret: SecretField) =>
  channelOf(() => ({
    ...commonChannelFields(),
    mode: oneOf(['socket', 'http'], 'How messages arrive (default socket).').optional(),
    botToken: secret('Token of the bot (default account: else the variable SLACK_BOT_TOKEN).').optional(),
    appToken: secret('Token of the app, for mode socket (default account: else SLACK_APP_TOKEN).').optional(),
    signingSecret: secret('Secret that signs requests, for mode http.').optional(),
    webhookPath: text('Path at which requests arrive with mode http (default /slack/events).').optional(),
    userToken: secret('Token of a user, for what bots may not read.').optional(),
    userTokenReadOnly: flag('Never write with the token of the user (default true).').optional(),
    allowBots: flag('Answer other bots (default false).').optional(),
    channels: described(
      z.record(
        z.string().min(1),
        z.strictObject({
          allow: flag('Whether this channel is served (default true).').optional(),
          requireMention: flag('Answer only when mentioned (default true).').optional(),
          users: ids('Senders that are answered here.').optional(),
          skills: texts('Skills in this channel.').optional(),
          systemPrompt: anyText('More instructions for this channel.').optional(),
          tools: chatToolPolicy('Tools in this channel.'),
        }),
      ),
      'Channels that are served, by id or #name.',
    ).optional(),
    dm: z
      .strictObject({
        enabled: flag('Whether direct messages are served (default true).').optional(),
        groupEnabled: flag('Whether group messages are served (default false).').optional(),
        groupChannels: ids('Group messages that are served.').optional(),
      })
      .optional(),
    thread: z
      .strictObject({
        historyScope: oneOf(['thread', 'channel'], 'What counts as history in a thread (default thread).').optional(),
        inheritParent: flag('A thread starts with what its channel said (default false).').optional(),
        initialHistoryLimit: int('Messages fetched when a thread is first seen (default 20).').optional(),
      })
      .optional(),
    replyToModeByChatType: z
      .strictObject({
        direct: oneOf(['off', 'first', 'all'], 'Which parts of an answer go to a thread in direct chats.').optional(),
        group: oneOf(['off', 'first', 'all'], 'The same in group messages.').optional(),
        channel: oneOf(['off', 'first', 'all'], 'The same in channels.').optional(),
      })
      .optional(),
    slashCommand: z
      .strictObject({
        enabled: flag('Understand a slash command (default false).').optional(),
        name: text('Name of the command (default mayros).').optional(),
        sessionPrefix: text('Start of session keys of commands (default slack:slash).').optional(),
        ephemeral: flag('Answer so that only the sender sees it (default true).').optional(),
      })
      .optional(),
    nativeStreaming: flag('Use the streaming of Slack itself (default true).').optional(),
    reactionNotifications: oneOf(
      ['off', 'own', 'all', 'allowlist'],
      'Reactions the agent hears of: none, those to its messages, all, those of listed people (default own).',
    ).optional(),
    reactionAllowlist: ids('People whose reactions the agent hears of with allowlist.').optional(),
  }))
