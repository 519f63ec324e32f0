import { z } from 'zod'
import { channelOf, chatGroupFields, commonChannelFields, reactionNotifications } from './channel-fields.js'
import { described, flag, inert, int, oneOf, path, text } from './declare.js'
import { readable } from './describe-expected.js'
import type { SecretField } from './secret-field.js'

/** `channels.telegram`. */
export const telegramChannel = (secret: SecretField) =>
  channelOf(() => ({
    ...commonChannelFields(),
    botToken: secret('Token of the bot (default account: else the variable TELEGRAM_BOT_TOKEN).').optional(),
    tokenFile: path('File that contains the token of the bot.').optional(),
    apiRoot: described(
      readable(
        z
          .string()
          .regex(/^https?:\/\/[^\s?#@]+$/, { abort: true })
          .refine((written) => URL.canParse(written)),
        'an http:// or https:// address without user, query and fragment',
      ),
      'Bot API server, which gets the token and every message (default https://api.telegram.org).',
    ).optional(),
    proxy: secret('Proxy for calls to Telegram; hidden, because it may name a user and a password.').optional(),
    network: z
      .strictObject({
        autoSelectFamily: flag('Try IPv4 and IPv6 side by side.').optional(),
        dnsResultOrder: oneOf(['ipv4first', 'verbatim'], 'Order of addresses.').optional(),
      })
      .optional(),
    timeoutSeconds: int('Longest time of one call to Telegram, in seconds.', 1).optional(),
    webhookUrl: described(
      z.url({ protocol: /^https$/ }),
      'Public address for messages; absent = they are fetched by long polling.',
    ).optional(),
    webhookSecret: secret('Secret that Telegram sends with every message.').optional(),
    webhookPath: text('Path at which messages arrive here.').optional(),
    webhookHost: text('Address to listen on for messages.').optional(),
    webhookPort: int('Port to listen on for messages.', 0, 65535).optional(),
    customCommands: z
      .array(
        z.strictObject({ command: text('Command without slash.'), description: text('Sentence shown beside it.') }),
      )
      .optional(),
    linkPreview: flag('Show previews of links (default true).').optional(),
    groups: described(z.record(z.string().min(1), telegramGroup()), 'Groups that are served, by id or *.').optional(),
    actions: z
      .strictObject({
        reactions: inert(flag('Agents may react.').optional()),
        sendMessage: flag('Agents may send messages of their own accord (default true).').optional(),
        deleteMessage: inert(flag('Agents may delete messages.').optional()),
        sticker: inert(flag('Agents may send stickers.').optional()),
      })
      .optional(),
    reactionNotifications: inert(reactionNotifications()),
  }))

const telegramGroup = () =>
  z.strictObject({
    ...chatGroupFields(),
    topics: z.record(z.string().min(1), z.strictObject(chatGroupFields())).optional(),
  })
