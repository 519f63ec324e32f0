import { join } from 'node:path'
import type { CliEnvironment } from '../adapters/cli-commander/cli-deps.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { MemoryLog } from '../adapters/log-memory/memory-log.js'
import type { Channel, ChannelProbe } from '../application/ports/channel.js'
import { accountSettingsOf } from '../domain/channels/inbound/account-settings.js'
import type { ChannelKind } from '../domain/config/channels-section.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { CHANNEL_LOADERS } from './channel-loaders.js'

const PROBE_MS = 20_000
/** Whoever is connected there is logged in, and only then there is anything to ask. */
const ASKED_BY_CONNECTING: ReadonlySet<string> = new Set(['irc'])

/** Asks the network of an account; null = this version does not know that network. */
export async function probeChannel(
  { stateDir, variables }: CliEnvironment,
  config: GatewayConfig,
  channel: string,
  accountId: string,
): Promise<ChannelProbe | null> {
  const load = CHANNEL_LOADERS[channel as ChannelKind]
  if (load === undefined) return null
  const make = await load()
  const settings = accountSettingsOf(config, channel, accountId)
  const isConnecting = ASKED_BY_CONNECTING.has(channel)
  // Nobody needs to see us come and go in every room.
  const quiet = isConnecting ? { channels: [] } : {}
  const account = make(
    { ...settings, ...quiet },
    {
      clock: new SystemClock(),
      log: new MemoryLog(),
      environment: variables,
      stateDir: join(stateDir, 'channels', channel, accountId),
      random: Math.random,
    },
  )
  const signal = AbortSignal.timeout(PROBE_MS)
  if (!isConnecting) return account.probe(signal)
  try {
    await connected(account, signal)
    return await account.probe(signal)
  } finally {
    await account.stop()
  }
}

/** Resolves as soon as the account is connected, says what is wrong, or the time is over. */
async function connected(account: Channel, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      const { connected: isThere, lastError } = account.status()
      if (isThere || lastError !== undefined) resolve()
    }
    signal.addEventListener('abort', () => resolve(), { once: true })
    account
      .start({
        received: () => Promise.reject(new Error('nobody listens yet')),
        moved: async () => undefined,
        changed: look,
      })
      .then(look, reject)
  })
}
