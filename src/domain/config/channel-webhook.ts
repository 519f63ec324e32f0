import { z } from 'zod'
import { channelOf, commonChannelFields } from './channel-fields.js'
import { described, int, text } from './declare.js'
import type { SecretField } from './secret-field.js'
import { sensitive } from './sensitive.js'

/** `channels.webhook`: conversations of your own program, over plain HTTP requests in both directions. */
export const webhookChannel = (secret: SecretField) =>
  channelOf(() => ({
    ...commonChannelFields(),
    secret: secret('Signs requests in both directions; messages without a valid signature are refused.').optional(),
    path: text('Path at which messages arrive (default /channels/webhook/<account>).').optional(),
    replyUrl: described(z.url({ protocol: /^https?$/ }), 'Address that answers are posted to.').optional(),
    headers: described(z.record(z.string(), sensitive(z.string())), 'Headers sent with every answer.').optional(),
    timeoutSeconds: int('Longest time for delivering one answer, in seconds (default 10).', 1).optional(),
  }))
