import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'

const OFFICIAL = 'https://api.telegram.org'

/** The server that is asked, and the only one that gets the token; without a slash at the end. */
export function botApiRoot({ apiRoot = OFFICIAL }: Pick<ChannelAccount<'telegram'>, 'apiRoot'>): string {
  return apiRoot.replace(/\/+$/, '')
}
