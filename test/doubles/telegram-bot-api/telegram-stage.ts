import { TelegramChannel } from '../../../src/adapters/channel-telegram/telegram-channel.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import type { ChannelReceiver, InboundMessage } from '../../../src/application/ports/channel.js'
import type { ChannelAccount } from '../../../src/domain/config/resolve-channel-account.js'
import { BotApiDouble } from './bot-api-double.js'

/** Quick enough for tests; everything else is as in service. */
export const BRISK = {
  pollSeconds: 2,
  callSeconds: 2,
  firstRetryMs: 5,
  longestRetryMs: 40,
  firstReofferMs: 1,
  longestReofferMs: 10,
  farewellMs: 200,
} as const

export type TelegramSettings = Partial<ChannelAccount<'telegram'>>

export function telegramAccount(settings: TelegramSettings = {}): ChannelAccount<'telegram'> {
  return {
    kind: 'telegram',
    accountId: 'main',
    name: 'main',
    enabled: true,
    textChunkLimit: 4000,
    allowFrom: [],
    groupAllowFrom: [],
    ...settings,
  } as unknown as ChannelAccount<'telegram'>
}

/** Keeps what it is given; what `keeps` denies is refused. */
export class Listener implements ChannelReceiver {
  readonly heard: InboundMessage[] = []
  readonly moves: string[] = []
  changes = 0
  keeps: (message: InboundMessage) => boolean = () => true

  async received(message: InboundMessage): Promise<void> {
    await Promise.resolve()
    if (!this.keeps(message)) throw new Error('the disk is full')
    this.heard.push(message)
  }

  async moved(from: string, to: string): Promise<void> {
    this.moves.push(`${from} -> ${to}`)
  }

  changed(): void {
    this.changes++
  }

  get texts(): readonly string[] {
    return this.heard.map(({ text }) => text)
  }
}

/** A bot, its double of Telegram, and somebody who listens. */
export interface TelegramStage {
  readonly telegram: BotApiDouble
  readonly channel: TelegramChannel
  readonly listener: Listener
  readonly log: MemoryLog
}

export async function onTelegram(
  settings: TelegramSettings,
  body: (stage: TelegramStage) => Promise<void>,
): Promise<void> {
  const telegram = await BotApiDouble.open()
  const log = new MemoryLog()
  const account = telegramAccount({ botToken: telegram.token, apiRoot: `${telegram.url}/`, ...settings })
  const surroundings = { clock: new SystemClock(), log, environment: {}, stateDir: '/nowhere', random: Math.random }
  const channel = new TelegramChannel(account, surroundings, { pace: BRISK })
  try {
    await body({ telegram, channel, listener: new Listener(), log })
  } finally {
    await channel.stop()
    await telegram.break()
  }
}
