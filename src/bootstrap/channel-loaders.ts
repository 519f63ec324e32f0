import type { ChannelLoader } from '../application/channels/accounts/channel-accounts.js'
import type { ChannelFactory } from '../application/ports/channel-factory.js'
import type { ChannelKind } from '../domain/config/channels-section.js'

/** One line for each network; nothing of it is loaded before an account is configured. */
export const CHANNEL_LOADERS: Readonly<Partial<Record<ChannelKind, ChannelLoader>>> = {
  telegram: async () =>
    anyKind((await import('../adapters/channel-telegram/telegram-channel-factory.js')).telegramChannelFactory),
  irc: async () => anyKind((await import('../adapters/channel-irc/irc-channel-factory.js')).ircChannelFactory),
  webhook: async () =>
    anyKind((await import('../adapters/channel-webhook/webhook-channel-factory.js')).webhookChannelFactory),
}

/** A factory gets accounts of its own kind only. */
function anyKind<K extends ChannelKind>(factory: ChannelFactory<K>): ChannelFactory {
  return factory as unknown as ChannelFactory
}
