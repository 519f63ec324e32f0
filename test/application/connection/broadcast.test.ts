import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { EVENT_NAMES, EVENTS, type EventName } from '../../../src/domain/protocol/events.js'
import { GatewayStage, sequenceOf } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const SCOPES = ['operator.read', 'operator.write', 'operator.pairing', 'operator.approvals', 'operator.admin']
const BROADCAST = EVENT_NAMES.filter((name) => EVENTS[name].gate !== 'targeted')

type Step =
  | { readonly do: 'join'; readonly scopes: readonly string[]; readonly role: 'operator' | 'node' }
  | { readonly do: 'leave'; readonly which: number }
  | { readonly do: 'publish'; readonly event: EventName }
  | { readonly do: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      scopes: fc.subarray(SCOPES),
      role: fc.constantFrom('operator' as const, 'operator' as const, 'node' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat(5) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('publish' as const), event: fc.constantFrom(...BROADCAST) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
)

describe('broadcasts', () => {
  it('reach exactly whom they may, with numbers that have no gap, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const stage = await GatewayStage.open()
        const broadcast = stage.gateway.get(tokens.broadcast)
        const open: { client: MemoryProtocolClient; mayRead: boolean; published: string[] }[] = []
        for (const now of steps) {
          if (now.do === 'join') {
            const client = await stage.join({
              scopes: now.scopes,
              role: now.role,
              mode: now.role === 'node' ? 'node' : 'test',
            })
            const mayRead = now.role === 'operator' && now.scopes.some((scope) => /read|write|admin/.test(scope))
            open.push({ client, mayRead, published: [] })
          } else if (now.do === 'leave') {
            open.splice(now.which, 1)[0]?.client.raw.close()
          } else if (now.do === 'publish') {
            broadcast.publish(now.event, { mark: true })
            for (const one of open) if (one.mayRead && EVENTS[now.event].gate === 'read') one.published.push(now.event)
          } else await stage.clock.advance(now.ms)
          await stage.settle()
        }
        for (const { client, mayRead, published } of open) {
          const marked = client.frames.filter((frame) => frame.payload?.mark === true)
          const readable = marked.filter((frame) => EVENTS[frame.event as EventName].gate === 'read')
          expect(readable.map((frame) => frame.event)).toEqual(mayRead ? published : [])
          const events = client.frames.filter((frame) => frame.type === 'event' && frame.event !== 'connect.challenge')
          expect(sequenceOf(client.frames)).toHaveLength(events.length)
        }
        await stage.close()
      }),
      { numRuns: 30 },
    )
  }, 60_000)

  it('are serialised once for all members of an audience', async () => {
    const stage = await GatewayStage.open()
    for (let index = 0; index < 5; index++) await stage.join({ scopes: ['operator.read'] })
    for (let index = 0; index < 5; index++) await stage.join({ scopes: [] })
    let written = 0
    const payload = { toJSON: () => ({ written: ++written }) }
    stage.gateway.get(tokens.broadcast).publish('tick', payload)
    await stage.settle()

    expect(stage.clients.map((client) => client.events('tick')[0]?.payload)).toEqual(Array(10).fill({ written: 1 }))
    await stage.close()
  })

  it('know whether anybody would hear', async () => {
    const stage = await GatewayStage.open()
    const broadcast = stage.gateway.get(tokens.broadcast)
    const heard = () =>
      (['tick', 'chat', 'device.pair.requested'] as const).map((event) => broadcast.hasListeners(event))
    expect(heard()).toEqual([false, false, false])
    const reader = await stage.join({ scopes: ['operator.read'] })
    expect(heard()).toEqual([true, true, false])
    reader.raw.close()
    await stage.settle()
    expect(heard()).toEqual([false, false, false])
    await stage.close()
  })
})
