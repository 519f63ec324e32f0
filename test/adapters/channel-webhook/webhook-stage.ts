import { WebhookChannel } from '../../../src/adapters/channel-webhook/webhook-channel.js'
import type { WebhookPace } from '../../../src/adapters/channel-webhook/webhook-pace.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import type { ChannelReceiver, InboundMessage } from '../../../src/application/ports/channel.js'
import type { Clock } from '../../../src/application/ports/clock.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { resolveChannelAccount } from '../../../src/domain/config/resolve-channel-account.js'
import { signatureHeaders, type WebhookProgram } from '../../doubles/webhook-program.js'

/** Tests are in a hurry. */
const BRISK: WebhookPace = { lookMs: 20, firstWaitMs: 10, longestWaitMs: 20 }

/** An account as this section configures it. */
export function webhookChannel(
  section: object,
  { accountId = 'default', clock = new SystemClock() as Clock, log = new MemoryLog() } = {},
): WebhookChannel {
  const channels = { webhook: accountId === 'default' ? section : { accounts: { [accountId]: section } } }
  const account = resolveChannelAccount(gatewayConfigSchema().parse({ channels }), 'webhook', accountId)
  if (account === null) throw new Error(`no account ${accountId}`)
  return new WebhookChannel(account, { clock, log, environment: {}, stateDir: '/nowhere', random: Math.random }, BRISK)
}

/** Keeps what it is given. */
export class Ear implements ChannelReceiver {
  readonly heard: InboundMessage[] = []
  isFull = false

  async received(message: InboundMessage): Promise<void> {
    await Promise.resolve()
    if (this.isFull) throw new Error('the disk is full')
    this.heard.push(message)
  }

  async moved(): Promise<void> {
    await Promise.resolve()
  }

  changed(): void {
    this.changes += 1
  }

  changes = 0
}

/** What a program posts, signed. */
export function signedRequest(
  { secret }: Pick<WebhookProgram, 'secret'>,
  message: unknown,
  { path = '/channels/webhook/default', nowMs = Date.now(), headers = {} as Record<string, string> } = {},
): Request {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  return new Request(`http://gateway${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...signatureHeaders(secret, body, nowMs), ...headers },
  })
}
