import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/application/connection/call.js'
import type { Client } from '../../../src/application/connection/client.js'
import type { Clients } from '../../../src/application/connection/clients.js'
import { metricsMethods } from '../../../src/application/methods/metrics-methods.js'
import { ManualClock } from '../../doubles/manual-clock.js'

const client = (role: string, queuedBytes: number) => ({ identity: { role }, connection: { queuedBytes } }) as Client

describe('metrics.snapshot', () => {
  it('tells how the gateway is now', async () => {
    const clock = new ManualClock()
    const loopDelay = { p50Ms: 1, p99Ms: 2, maxMs: 3 }
    const metrics = { snapshot: async () => ({ requests: 7, loopDelay, residentBytes: 5, heapUsedBytes: 4 }) }
    const clients = [client('operator', 10), client('operator', 0), client('node', 3)] as unknown as Clients
    const desk = { load: { running: 1, waiting: 2 } }
    const [row] = metricsMethods({ metrics, clients, desk, clock })
    await clock.runUntil(new Promise<void>((resolve) => clock.after(1_500, resolve)))
    expect(row?.name).toBe('metrics.snapshot')
    expect(await row?.run({} as never, {} as Call)).toEqual({
      ts: clock.now(),
      uptimeMs: 1_500,
      eventLoop: loopDelay,
      requests: 7,
      clients: { operator: 2, node: 1 },
      queuedBytes: 13,
      runs: { running: 1, waiting: 2 },
      memory: { residentBytes: 5, heapUsedBytes: 4 },
    })
  })
})
