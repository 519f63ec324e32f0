import type { Clock } from '../../application/ports/clock.js'
import type { BotApi } from './bot-api.js'

/** Older complaints are history. */
const RECENT_MS = 600_000

/** What keeps Telegram from bringing messages to our address; null = nothing that it knows of. */
export async function troubleOfWebhook(
  api: BotApi,
  url: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | null> {
  const info = await api.call((raw, ending) => raw.getWebhookInfo(ending), signal)
  if (info.url !== url) return 'Telegram brings messages to another address; another program has set it'
  const { last_error_date: at, last_error_message: complaint, pending_update_count: waiting } = info
  if (at === undefined || waiting === 0 || clock.now() - at * 1000 > RECENT_MS) return null
  return `Telegram cannot bring messages to webhookUrl (${complaint ?? 'no reason given'}); ${waiting} are waiting`
}
