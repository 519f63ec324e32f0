import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'

type Settings = Pick<
  ChannelAccount<'telegram'>,
  'accountId' | 'webhookUrl' | 'webhookPath' | 'webhookHost' | 'webhookPort'
>

/** Where Telegram brings messages of an account. */
export interface WebhookPlace {
  /** What Telegram is told. */
  readonly url: string
  /** Path at which the requests arrive here. */
  readonly path: string
  /** A port of the account's own; absent = they come in through the gateway's. */
  readonly own?: { readonly host: string; readonly port: number }
}

const USUAL_PORT = 8787

/**
 * Null = messages are fetched. The path is `webhookPath`, else that of `webhookUrl`, else `/telegram/<account>`; an
 * address without a path gets it appended, any other is told as it is, for a proxy may rewrite paths.
 */
export function webhookPlace(settings: Settings): WebhookPlace | null {
  const { accountId, webhookUrl, webhookPath, webhookHost, webhookPort } = settings
  if (webhookUrl === undefined) return null
  const url = new URL(webhookUrl)
  const path = webhookPath ?? (url.pathname === '/' ? `/telegram/${encodeURIComponent(accountId)}` : url.pathname)
  const absolute = path.startsWith('/') ? path : `/${path}`
  if (url.pathname === '/') url.pathname = absolute
  const isOwn = webhookHost !== undefined || webhookPort !== undefined
  const own = { host: webhookHost ?? '127.0.0.1', port: webhookPort ?? USUAL_PORT }
  return { url: url.href, path: absolute, ...(isOwn ? { own } : {}) }
}
