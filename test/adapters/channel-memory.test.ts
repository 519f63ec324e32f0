import { describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { channelContract } from '../contracts/channel.contract.js'

channelContract(
  { describe, it },
  {
    name: 'memory',
    hasNetwork: true,
    secrets: ['nothing is secret here'],
    create: async (mood, accountId) => {
      const channel = new MemoryChannel({ mood, accountId })
      return {
        channel,
        isIdle: () => true,
        dispose: async () => undefined,
        network: {
          write: async (senderId, text) => {
            await channel.write({ sender: { id: senderId }, text })
          },
          shownTo: (senderId) =>
            channel.room.shown.filter(({ place }) => place.chatId === senderId).map(({ text }) => text),
          targetOf: (senderId) => `user:${senderId}`,
          break: async () => channel.become('unreachable'),
          mend: async () => channel.become('working'),
        },
      }
    },
  },
)

describe('MemoryChannel', () => {
  it('follows the network while it runs, and only then', async () => {
    const channel = new MemoryChannel({ id: 'irc', mood: 'silent' })
    channel.become('working')
    expect(channel.status().connected).toBe(false)
    await channel.start({ received: async () => undefined, moved: async () => undefined, changed: () => undefined })
    expect(channel.status()).toMatchObject({ running: true, connected: true })
    channel.become('unreachable')
    expect(channel.status()).toMatchObject({ running: true, connected: false, lastError: expect.any(String) })
    channel.become('working')
    expect(channel.status().lastError).toBeUndefined()
  })
})
