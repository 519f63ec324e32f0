import { describe, it } from 'vitest'
import { TelegramChannel } from '../../../src/adapters/channel-telegram/telegram-channel.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { channelContract } from '../../contracts/channel.contract.js'
import { BotApiDouble } from '../../doubles/telegram-bot-api/bot-api-double.js'
import { BRISK, telegramAccount } from '../../doubles/telegram-bot-api/telegram-stage.js'

const PEOPLE: Readonly<Record<string, number>> = { ann: 101, bob: 102 }
const idOf = (senderId: string): number => PEOPLE[senderId] ?? 199

channelContract(
  { describe, it },
  {
    name: 'telegram',
    hasNetwork: true,
    secrets: ['s3cret-of-the-bot'],
    create: async (situation, accountId) => {
      const telegram = await BotApiDouble.open()
      if (situation === 'unreachable') await telegram.break()
      if (situation === 'silent') telegram.fallSilent()
      const token = situation === 'unconfigured' ? {} : { botToken: telegram.token }
      const channel = new TelegramChannel(
        telegramAccount({ accountId, apiRoot: telegram.url, ...token }),
        { clock: new SystemClock(), log: new MemoryLog(), environment: {}, stateDir: '/nowhere', random: Math.random },
        { pace: BRISK },
      )
      return {
        channel,
        isIdle: () => telegram.connections === 0,
        dispose: () => (situation === 'unreachable' ? Promise.resolve() : telegram.break()),
        network: {
          write: async (senderId, text) => void telegram.say(idOf(senderId), text),
          shownTo: (senderId) => telegram.shownTo(idOf(senderId)),
          targetOf: (senderId) => `tg:${idOf(senderId)}`,
          break: () => telegram.break(),
          mend: () => telegram.mend(),
        },
      }
    },
  },
)
