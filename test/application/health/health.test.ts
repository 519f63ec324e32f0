import { afterEach, describe, expect, it } from 'vitest'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'

class CountingStore extends LastingStore {
  lists = 0
  fails = false
  override async list(query: Parameters<LastingStore['list']>[0]) {
    this.lists++
    if (this.fails) throw new Error('disk gone')
    return super.list(query)
  }
}

describe('health', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  it('costs one refresh and one broadcast a second, however many ask', async () => {
    const store = new CountingStore()
    stage = await GatewayStage.open({ store })
    const client = await stage.join()
    await stage.clock.advance(10_000)
    const [told, lists] = [client.events('health').length, store.lists]
    for (let index = 0; index < 1_000; index++) client.send('health')
    await stage.settle()
    expect([client.events('health').length - told, store.lists - lists]).toEqual([1, 1])
    await stage.clock.advance(999)
    expect(client.events('health').length - told).toBe(1)
    await stage.clock.advance(1)
    expect([client.events('health').length - told, store.lists - lists]).toEqual([2, 2])
    await stage.clock.advance(10_000)
    expect(client.events('health').length - told).toBe(2)
  })

  it('is told every minute and soon after somebody came, with its version', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join({ scopes: [] })
    expect(client.events('health')).toHaveLength(1)
    await stage.clock.advance(60_000)
    const [first, second] = client.events('health')
    expect(second?.payload).toMatchObject({
      ok: true,
      ts: stage.clock.now(),
      sessions: { path: 'memory', count: 0, recent: [] },
    })
    expect(second?.stateVersion?.health).toBe((first?.stateVersion?.health ?? 0) + 1)
  })

  it('answers with the last snapshot at once, and is refreshed behind the answer', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    await stage.clock.advance(5_000)
    const asked = stage.clock.now()
    expect((await client.call('health')).ts).toBeLessThan(asked)
    await stage.settle()
    expect((await client.call('health')).ts).toBe(asked)
  })

  it('names sessions by last change', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await stage.clock.advance(1_000)
      await client.call('sessions.patch', { key, label: key })
    }
    await client.call('health')
    await stage.clock.advance(1_000)
    const { sessions } = await client.call('health')
    expect(sessions.count).toBe(6)
    expect(sessions.recent.map((row: { key: string }) => row.key)).toEqual(
      ['f', 'e', 'd', 'c', 'b'].map((key) => `agent:main:${key}`),
    )
  })

  it('survives a store that fails, and recovers', async () => {
    const store = new CountingStore()
    stage = await GatewayStage.open({ store })
    const client = await stage.join()
    await stage.clock.advance(2_000)
    const told = client.events('health').length
    store.fails = true
    expect((await client.call('health')).ok).toBe(true)
    await stage.clock.advance(2_000)
    expect(client.events('health')).toHaveLength(told)
    store.fails = false
    await client.call('health')
    await stage.settle()
    expect(client.events('health')).toHaveLength(told + 1)
  })
})

describe('the tick', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  it('comes every thirty seconds, to everybody', async () => {
    stage = await GatewayStage.open()
    const everybody = [
      await stage.join(),
      await stage.join({ device: false }),
      await stage.join({ role: 'node', mode: 'node' }),
    ]
    await stage.clock.advance(90_000)
    for (const client of everybody) {
      const begun = stage.clock.now() - 90_000
      expect(client.events('tick').map((frame) => frame.payload.ts - begun)).toEqual([30_000, 60_000, 90_000])
    }
  })
})
