import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

describe('presence', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  const rows = (client: MemoryProtocolClient) => client.call('system-presence')
  const told = (client: MemoryProtocolClient) => client.events('presence')

  it('begins with the gateway itself, always fresh', async () => {
    const client = await stage.join()
    await stage.clock.advance(400_000)
    const [self] = await rows(client)
    expect(self).toMatchObject({
      mode: 'gateway',
      reason: 'self',
      ts: stage.clock.now(),
      text: expect.stringMatching(/^Gateway: /),
    })
  })

  it('lists clients with what they said about themselves, and hides the command line', async () => {
    const device = testDevice()
    const watcher = await stage.join({ mode: 'cli' })
    await stage.join(
      {
        device,
        scopes: ['operator.read'],
        mode: 'ui',
        change: (params) =>
          Object.assign(params.client, { displayName: 'Ann', deviceFamily: 'Mac', instanceId: 'I-1' }),
      },
      { address: '10.0.0.7' },
    )
    const listed = await rows(watcher)
    expect(listed).toHaveLength(2)
    expect(listed[1]).toEqual({
      host: 'Ann',
      ip: '10.0.0.7',
      version: '1.0.0',
      platform: 'linux',
      deviceFamily: 'Mac',
      mode: 'ui',
      reason: 'connect',
      deviceId: device.id,
      roles: ['operator'],
      scopes: ['operator.read'],
      instanceId: device.id,
      ts: stage.clock.now(),
    })
  })

  it('is told to readers when clients come and go, with rising versions and without address of local ones', async () => {
    const watcher = await stage.join()
    const nobody = await stage.join({ scopes: [] })
    await stage.clock.advance(5_000)
    const other = await stage.join({ now: stage.clock.now() })
    await stage.clock.advance(5_000)
    other.raw.close()
    await stage.clock.advance(5_000)

    const last = told(watcher).slice(-2)
    expect(last.map((frame) => frame.payload.presence.map((row: any) => row.reason))).toEqual([
      ['self', 'connect', 'connect', 'connect'],
      ['self', 'disconnect', 'connect', 'connect'],
    ])
    const versions = told(watcher).map((frame) => frame.stateVersion?.presence ?? 0)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    expect(JSON.stringify(told(watcher))).not.toContain('"ip"')
    expect(told(nobody)).toEqual([])
  })

  it('is gathered when many come at once', async () => {
    const watcher = await stage.join()
    await stage.clock.advance(5_000)
    const before = told(watcher).length
    for (let index = 0; index < 50; index++) await stage.join({ now: stage.clock.now() })
    expect(told(watcher)).toHaveLength(before + 1)
    await stage.clock.advance(10_000)
    expect(told(watcher)).toHaveLength(before + 2)
    expect(told(watcher).at(-1)?.payload.presence).toHaveLength(52)
  })

  it('keeps live rows whatever their age, and those that left for five minutes', async () => {
    const watcher = await stage.join({ mode: 'cli' })
    await stage.join()
    const leaver = await stage.join()
    leaver.raw.close()
    await stage.clock.advance(300_000)
    expect((await rows(watcher)).map((row: any) => row.reason).sort()).toEqual(['connect', 'disconnect', 'self'])
    await stage.clock.advance(1_001)
    expect((await rows(watcher)).map((row: any) => row.reason)).toEqual(['self', 'connect'])
  })

  it('is sorted by last activity', async () => {
    const watcher = await stage.join({ mode: 'cli' })
    const active = await stage.join({ clientId: 'active' })
    await stage.clock.advance(10)
    await stage.join({ clientId: 'idle', now: stage.clock.now() })
    await stage.clock.advance(5_000)
    await active.call('health')
    expect((await rows(watcher)).map((row: any) => [row.host, row.ts])).toEqual([
      [expect.any(String), stage.clock.now()],
      ['active', stage.clock.now()],
      ['idle', stage.clock.now() - 5_000],
    ])
  })

  it('has at most 200 rows; those that left give way first', async () => {
    const watcher = await stage.join()
    for (let index = 0; index < 250; index++)
      await watcher.call('system-event', { text: `event ${index}`, host: `h${index}` })
    const listed = await rows(watcher)
    expect(listed).toHaveLength(200)
    expect(listed.some((row: any) => row.reason === 'connect')).toBe(true)
    expect(listed.map((row: any) => row.host)).not.toContain('h0')
  })

  it('marks a client as gone whatever the case of its instance id', async () => {
    const watcher = await stage.join({ mode: 'cli' })
    const client = await stage.join({ device: false, change: (params) => (params.client.instanceId = 'Instance-A') })
    client.raw.close()
    await stage.clock.advance(1_000)
    expect((await rows(watcher))[1]).toMatchObject({ reason: 'disconnect', instanceId: 'Instance-A' })
  })

  it('shows a device as connected until its last socket is gone', async () => {
    const watcher = await stage.join({ mode: 'cli' })
    const device = testDevice()
    const [first, second] = [await stage.join({ device }), await stage.join({ device })]
    const reason = async () => {
      await stage.clock.advance(1_000)
      return (await rows(watcher)).map((row: any) => row.reason)
    }
    expect(await reason()).toEqual(['self', 'connect'])
    second.raw.close()
    expect(await reason()).toEqual(['self', 'connect'])
    await stage.clock.advance(400_000)
    expect(await reason()).toEqual(['self', 'connect'])
    first.raw.close()
    expect(await reason()).toEqual(['self', 'disconnect'])
  })

  describe('system-event', () => {
    it('adds a row, tells it, and adds to what is known', async () => {
      const client = await stage.join()
      await stage.clock.advance(5_000)
      expect(
        await client.call('system-event', {
          text: 'Node: Box (10.1.1.1) · app 2 · mode ui · reason connect',
          roles: ['node'],
        }),
      ).toEqual({ ok: true })
      await stage.settle()
      expect(
        told(client)
          .at(-1)
          ?.payload.presence.find((row: any) => row.host === 'Box'),
      ).toMatchObject({
        host: 'Box',
        ip: '10.1.1.1',
        version: '2',
        mode: 'ui',
        roles: ['node'],
      })
      await client.call('system-event', { text: 'still here', host: 'BOX', lastInputSeconds: 4, tags: ['x'] })
      const row = (await rows(client)).find(({ host }: any) => host === 'BOX')
      expect(row).toMatchObject({ host: 'BOX', ip: '10.1.1.1', lastInputSeconds: 4, text: 'still here' })
      expect(row.tags).toBeUndefined()
    })

    it('needs a text', async () => {
      const client = await stage.join()
      for (const params of [{}, { text: ' ' }, { text: 5 }]) {
        expect((await client.request('system-event', params)).error).toEqual({
          code: 'INVALID_REQUEST',
          message: 'text required',
        })
      }
    })

    it('takes nothing of the wrong type into a row', async () => {
      const client = await stage.join()
      client.raw.send(
        '{"type":"req","id":"x","method":"system-event","params":{"text":"t","host":"b","lastInputSeconds":1e999,"ip":5,"roles":[1]}}',
      )
      await client.find((frame) => frame.id === 'x')
      expect(Object.keys((await rows(client)).find(({ host }: any) => host === 'b')).sort()).toEqual([
        'host',
        'text',
        'ts',
      ])
    })

    it('tells the model what is new, and only that', async () => {
      const client = await stage.join()
      const beacon = 'Node: box (10.1.1.1) · app 2 · mode ui'
      for (const text of [
        beacon,
        `${beacon} · last input 5s ago`,
        `${beacon} · reason periodic-5m`,
        'Node: box · mode tray',
        'the door opened',
        'the door opened',
      ]) {
        await client.call('system-event', { text })
      }
      const queued = [beacon, 'Node: box · mode tray', 'the door opened']
      expect((await client.call('status')).queuedSystemEvents).toEqual(queued)
      await client.call('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' })
      await stage.settle()
      expect(stage.runner.puppets[0]?.request.message).toBe(
        `${queued.map((line) => `System: ${line}`).join('\n')}\n\nhi`,
      )
      expect((await client.call('status')).queuedSystemEvents).toEqual([])
      expect((await client.call('chat.history', { sessionKey: 'main' })).messages[0].content[0].text).toBe('hi')
    })
  })
})
