import { z } from 'zod'
import { anyText, described, flag, group, id, ids, inert, int, num, oneOf, text, texts } from './declare.js'
import { channelCommandFields } from './messages-section.js'
import { chatToolPolicy, coalesceFields, megabytes, replyDressFields, toolsBySender } from './shared-fields.js'

export const groupPolicy = (description: string) => oneOf(['allowlist', 'open', 'disabled'], description)

/** Which heartbeats a channel shows. */
export const heartbeatVisibilityFields = () => ({
  showOk: flag('Show heartbeats that found nothing (default false).').optional(),
  showAlerts: flag('Show heartbeats that found something (default true).').optional(),
  useIndicator: flag('Show heartbeats in the status of the channel (default true).').optional(),
})

/** One group: who may speak there and what the agent does. Its key lets the group in. */
export const chatGroupFields = () => ({
  requireMention: flag('Answer only when mentioned (default true).').optional(),
  enabled: flag('Whether this group is served (default true).').optional(),
  allowFrom: ids('Senders of this group that are answered.').optional(),
  tools: chatToolPolicy('Tools in this group.'),
  toolsBySender: toolsBySender(),
  skills: inert(texts('Skills in this group.').optional()),
  systemPrompt: anyText('More instructions for this group.').optional(),
})

/**
 * Fields that every channel and every account of it may have. None has a default here: an account inherits from its
 * channel, the channel from `channels.defaults`, and only then the built-in value applies.
 */
export const commonChannelFields = () => ({
  enabled: flag('Whether this is started (default true).').optional(),
  name: text('Name for people (default: the id).').optional(),
  required: flag('Whether /readyz says "ready" only while this is connected (default false).').optional(),
  dmPolicy: oneOf(
    ['pairing', 'allowlist', 'open', 'disabled'],
    'Who may write directly (default pairing); open needs "*" in allowFrom.',
  ).optional(),
  allowFrom: ids('Senders of direct messages (default none).').optional(),
  groupPolicy: groupPolicy('Which groups are served (default: as channels.defaults).').optional(),
  groupAllowFrom: ids('Senders in groups (default: as allowFrom).').optional(),
  groups: described(
    z.record(z.string().min(1), z.strictObject(chatGroupFields())),
    'Groups that are served, by id or *.',
  ).optional(),
  historyLimit: int('Skipped messages of groups given as context; 0 = none (default 50).').optional(),
  dmHistoryLimit: int('Messages of direct chats given as context (default: all).').optional(),
  dms: z
    .record(
      z.string().min(1),
      z.strictObject({ historyLimit: int('Messages of this chat given as context.').optional() }),
    )
    .optional(),
  textChunkLimit: int('Most characters of one message sent (default: what the channel takes).', 1).optional(),
  chunkMode: oneOf(['length', 'newline'], 'Where long answers are cut (default length).').optional(),
  blockStreaming: flag('Send blocks while the model writes (default false).').optional(),
  blockStreamingCoalesce: z.strictObject(coalesceFields()).optional(),
  streaming: oneOf(
    ['off', 'partial', 'block', 'progress'],
    'Show answers while they are written (default off, slack: partial).',
  ).optional(),
  replyToMode: oneOf(['off', 'first', 'all'], 'Which parts of an answer quote the message (default off).').optional(),
  ...replyDressFields(),
  heartbeat: inert(z.strictObject(heartbeatVisibilityFields()).optional()),
  mediaMaxMb: megabytes('Largest attachment in megabytes (default 5, discord 8, slack 20).').optional(),
  markdown: z
    .strictObject({
      tables: oneOf(['off', 'bullets', 'code'], 'How tables are shown (default: per channel).').optional(),
    })
    .optional(),
  configWrites: flag('Whether chat commands of this channel may change the configuration (default true).').optional(),
  commands: z.strictObject(channelCommandFields()).optional(),
  defaultTo: inert(id('Chat for messages that name none.').optional()),
  capabilities: inert(texts('What this account may do beyond the usual (default none).').optional()),
  retry: z
    .strictObject({
      attempts: int('Attempts to send (default 3).', 1).optional(),
      minDelayMs: int('Shortest wait between attempts, in milliseconds (default 400).').optional(),
      maxDelayMs: int('Longest wait between attempts, in milliseconds (default 30000).').optional(),
      jitter: num('Share of the wait that is random (default 0.1).', 0, 1).optional(),
    })
    .optional(),
})

export const reactionNotifications = () =>
  oneOf(
    ['off', 'own', 'all'],
    'Reactions the agent hears of: none, those to its messages, all (default own).',
  ).optional()

/** A channel: the fields of an account, and accounts that inherit them. */
export const channelOf = <T extends z.ZodRawShape>(fields: () => T) =>
  z.strictObject({
    ...fields(),
    accounts: z.record(z.string().min(1), z.strictObject(fields())).optional(),
  })

/** `channels.<id>` of a package: what all channels have in common is checked here, the rest by the package. */
export const outsideChannel = () =>
  described(
    z.looseObject({
      ...commonChannelFields(),
      accounts: z.record(z.string().min(1), z.looseObject(commonChannelFields())).optional(),
    }),
    'A channel that a package of plugins.channels brings; its own fields are checked by the package.',
  )

/** `channels.defaults`. */
export const channelDefaults = () =>
  group({
    groupPolicy: groupPolicy('Which groups are served when a channel does not say.').default('allowlist'),
    heartbeat: inert(
      group({
        showOk: flag('Show heartbeats that found nothing.').default(false),
        showAlerts: flag('Show heartbeats that found something.').default(true),
        useIndicator: flag('Show heartbeats in the status of the channel.').default(true),
      }),
    ),
  })
