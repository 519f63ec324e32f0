import { describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { channelContract } from '../contracts/channel.contract.js'

channelContract(
  { describe, it },
  {
    name: 'memory',
    create: async (mood, accountId) => ({
      channel: new MemoryChannel({ mood, accountId }),
      isIdle: () => true,
      dispose: async () => undefined,
    }),
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
