import { MemoryChannel, type MemoryChannelOptions } from '../../../../src/adapters/channel-memory/memory-channel.js'
import { MemoryLog } from '../../../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../../../src/adapters/store-memory/memory-session-store.js'
import { DeliveryDesk, type DeliveryDeskParts } from '../../../../src/application/channels/outbound/delivery-desk.js'
import type { Channel } from '../../../../src/application/ports/channel.js'
import type { OutboxEntry } from '../../../../src/application/ports/channel-mail.js'
import type { SessionStore } from '../../../../src/application/ports/session-store.js'
import { ManualClock } from '../../../doubles/manual-clock.js'

export const RETRY = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0 }

/** A desk that sends through accounts in memory, and the clock it waits by. */
export class DeliveryStage {
  readonly clock = new ManualClock()
  readonly store: MemorySessionStore
  readonly log = new MemoryLog()
  readonly channels = new Map<string, Channel>()

  private constructor(store: MemorySessionStore) {
    this.store = store
  }

  static async open(): Promise<DeliveryStage> {
    const store = new MemorySessionStore()
    await store.open()
    return new DeliveryStage(store)
  }

  /** An account that runs. */
  async account(options: MemoryChannelOptions = {}): Promise<MemoryChannel> {
    const channel = new MemoryChannel(options)
    await channel.start({ received: async () => undefined, moved: async () => undefined, changed: () => undefined })
    this.channels.set(`${channel.id}/${channel.accountId}`, channel)
    return channel
  }

  desk(parts: Partial<DeliveryDeskParts> = {}, store: SessionStore = this.store): DeliveryDesk {
    return new DeliveryDesk({
      routeOf: (channel, accountId) => {
        const found = this.channels.get(`${channel}/${accountId}`)
        const settings = { textChunkLimit: 4000, chunkMode: 'length' as const, retry: RETRY }
        return found === undefined ? null : { channel: found, settings }
      },
      store,
      pauseMs: () => 0,
      random: () => 0.5,
      clock: this.clock,
      log: this.log,
      ...parts,
    })
  }

  entry(id: string, fields: Partial<OutboxEntry> = {}): OutboxEntry {
    return {
      id,
      channel: 'memory',
      accountId: 'default',
      place: { kind: 'direct', chatId: 'alice' },
      text: `answer ${id}`,
      at: this.clock.now(),
      ...fields,
    }
  }

  /** Lets time pass until this is so. */
  async until(isSo: () => boolean): Promise<void> {
    await this.clock.runUntil(
      (async () => {
        while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve))
      })(),
    )
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
