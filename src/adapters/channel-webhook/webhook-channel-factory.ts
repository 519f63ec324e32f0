import type { ChannelFactory } from '../../application/ports/channel-factory.js'
import { WebhookChannel } from './webhook-channel.js'

/** Makes the accounts of `channels.webhook`: one program each. */
export const webhookChannelFactory: ChannelFactory<'webhook'> = (account, surroundings) =>
  new WebhookChannel(account, surroundings)
