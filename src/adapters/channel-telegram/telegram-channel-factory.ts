import type { ChannelFactory } from '../../application/ports/channel-factory.js'
import { TelegramChannel } from './telegram-channel.js'

/** Makes the accounts of `channels.telegram`: one bot each. */
export const telegramChannelFactory: ChannelFactory<'telegram'> = (account, surroundings) =>
  new TelegramChannel(account, surroundings)
