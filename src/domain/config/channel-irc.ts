import { z } from 'zod'
import { channelOf, commonChannelFields } from './channel-fields.js'
import { flag, int, path, text, texts } from './declare.js'
import type { SecretField } from './secret-field.js'

/** `channels.irc`. */
export const ircChannel = (secret: SecretField) =>
  channelOf(() => ({
    ...commonChannelFields(),
    host: text('Server (default account: else the variable IRC_HOST).').optional(),
    port: int('Port of the server (default 6697 with tls, 6667 without).', 1, 65535).optional(),
    tls: flag('Speak TLS with the server (default true).').optional(),
    nick: text('Nickname (default account: else the variable IRC_NICK).').optional(),
    username: text('User name sent to the server (default account: else IRC_USERNAME; else the nickname).').optional(),
    realname: text('Real name sent to the server (default account: else IRC_REALNAME; else the nickname).').optional(),
    password: secret('Password of the server (default account: else the variable IRC_PASSWORD).').optional(),
    passwordFile: path('File that contains the password of the server.').optional(),
    nickserv: z
      .strictObject({
        enabled: flag('Log in with NickServ (default: when there is a password).').optional(),
        service: text('Name of the service (default NickServ).').optional(),
        password: secret(
          'Password for the service (default account: else the variable IRC_NICKSERV_PASSWORD).',
        ).optional(),
        passwordFile: path('File that contains the password for the service.').optional(),
        register: flag('Register the nickname when it is free (default false).').optional(),
        registerEmail: text('Address given when registering.').optional(),
      })
      .optional(),
    channels: texts('Channels to join (default account: else IRC_CHANNELS, separated by commas).').optional(),
    mentionPatterns: texts('Regular expressions that count as a mention.').optional(),
  }))
