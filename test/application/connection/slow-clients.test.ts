import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { NoMetrics } from '../../../src/adapters/metrics-none/no-metrics.js'
import { Client, type ClientIdentity } from '../../../src/application/connection/client.js'
import { Clients } from '../../../src/application/connection/clients.js'
import { SlowClients } from '../../../src/application/connection/slow-clients.js'
import type { Connection } from '../../../src/application/ports/transport.js'
import { tokens } from '../../../src/bootstrap/index.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'

const LIMIT = 10_000
const CEILING = 25_000

describe('a client that reads slowly', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  async function open() {
    stage = await GatewayStage.open({
      modules: [
        (bindings) =>
          bindings.constant(tokens.slowClientLimits, { maxBufferedBytes: LIMIT, maxTotalBufferedBytes: CEILING }),
      ],
    })
    const broadcast = stage.gateway.get(tokens.broadcast)
    const slowClients = stage.gateway.get(tokens.slowClients)
    return {
      droppable: (bytes = 100) => broadcast.publish('heartbeat', { pad: 'x'.repeat(bytes) }),
      needed: (bytes = 100) => broadcast.publish('agent', { pad: 'x'.repeat(bytes) }),
      sweep: () => slowClients.sweep(),
    }
  }

  async function slowOne() {
    const client = await stage.join()
    stage.slow.add(client)
    client.raw.pause()
    return client
  }

  it('keeps everything while it is below its limit', async () => {
    const { needed, sweep } = await open()
    const client = await slowOne()
    needed(LIMIT - 500)
    sweep()
    needed(10)
    client.raw.resume()
    await stage.settle()

    expect(client.events('agent')).toHaveLength(2)
    expect(client.raw.isOpen).toBe(true)
  })

  it('misses what may be dropped once it is over its limit, and nobody else does', async () => {
    const { droppable, sweep } = await open()
    const [slow, quick] = [await slowOne(), await stage.join()]
    droppable(LIMIT)
    sweep()
    for (let index = 0; index < 5; index++) droppable()
    slow.raw.resume()
    await stage.settle()

    expect(slow.events('heartbeat')).toHaveLength(1)
    expect(quick.events('heartbeat')).toHaveLength(6)
    expect(slow.raw.isOpen).toBe(true)
  })

  it('hears everything again once it has caught up', async () => {
    const { droppable, needed, sweep } = await open()
    const client = await slowOne()
    droppable(LIMIT)
    sweep()
    droppable()
    client.raw.resume()
    await stage.settle()
    needed()
    await stage.settle()

    expect(client.events('agent')).toHaveLength(1)
    expect(client.raw.isOpen).toBe(true)
  })

  it('is closed by the first event it may not miss, with the bytes in the reason', async () => {
    const { droppable, needed, sweep } = await open()
    const [slow, quick] = [await slowOne(), await stage.join()]
    droppable(LIMIT)
    sweep()
    needed()
    slow.raw.resume()
    const closure = await slow.raw.closed
    await stage.settle()

    expect(closure.code).toBe(1008)
    expect(closure.reason).toMatch(/^slow consumer: 1\d{4} bytes unread$/)
    expect(slow.events('agent')).toEqual([])
    expect(quick.events('agent')).toHaveLength(1)
    expect(quick.raw.isOpen).toBe(true)
  })

  it('is not closed by events that are not for it', async () => {
    const { droppable, sweep } = await open()
    const nobody = await stage.join({ scopes: [] })
    stage.slow.add(nobody)
    nobody.raw.pause()
    stage.gateway.get(tokens.broadcast).publish('tick', { pad: 'x'.repeat(LIMIT) })
    sweep()
    stage.gateway.get(tokens.broadcast).publish('agent', {})
    droppable()
    nobody.raw.resume()
    await stage.settle()

    expect(nobody.raw.isOpen).toBe(true)
  })

  it('is cut after two seconds when it does not even read that it is closed', async () => {
    const { droppable, needed, sweep } = await open()
    const slow = await slowOne()
    droppable(LIMIT)
    sweep()
    needed()
    await stage.settle()
    expect(stage.gateway.get(tokens.clients).size).toBe(0)
    await stage.clock.advance(2_000)
    slow.raw.resume()
    expect((await slow.raw.closed).code).toBeOneOf([1006, 1008])
  })

  it('goes first when all queues together are too much', async () => {
    const { needed, sweep } = await open()
    const fullest = await slowOne()
    needed(4_000)
    const others = [await slowOne(), await slowOne(), await slowOne()]
    needed(5_500)
    sweep()
    await stage.settle()
    fullest.raw.resume()

    expect((await fullest.raw.closed).reason).toMatch(/^slow consumer: \d+ bytes unread$/)
    for (const client of others) client.raw.resume()
    await stage.settle()
    expect(others.map((client) => client.raw.isOpen)).toEqual([true, true, true])
  })

  it('is noticed without anybody sweeping, once enough was sent to it alone', async () => {
    await open()
    const [slow, other] = [await slowOne(), await stage.join()]
    for (let index = 0; index < 90; index++)
      slow.raw.send(`{"type":"req","id":"${'i'.repeat(100_000)}","method":"last-heartbeat"}`)
    await stage.settle()
    stage.gateway.get(tokens.broadcast).publish('agent', {})
    await stage.settle()
    slow.raw.resume()

    expect((await slow.raw.closed).reason).toMatch(/^slow consumer: \d+ bytes unread$/)
    expect(other.raw.isOpen).toBe(true)
  })

  it('cannot fill our memory with what is wrong about its frames', async () => {
    await open()
    const slow = await slowOne()
    for (let index = 0; index < 90; index++) slow.raw.send(`{"type":"no","id":"${'i'.repeat(100_000)}"}`)
    await stage.settle()
    stage.gateway.get(tokens.broadcast).publish('agent', {})
    slow.raw.resume()

    expect((await slow.raw.closed).reason).toMatch(/^slow consumer/)
  })
})

describe('SlowClients', () => {
  /** A client whose queue is as long as the test says, also while it is closing. */
  function stuck(clients: Clients, queuedBytes: number) {
    const said: string[] = []
    const connection = {
      queuedBytes,
      close: ({ reason }: Closure) => said.push(reason),
      abort: () => said.push('cut'),
      join: () => said.push('join'),
      leave: () => said.push('leave'),
    } as unknown as Connection & { queuedBytes: number }
    const client = new Client({ audience: 1, connId: 'c', connectedAt: 0 } as ClientIdentity, connection)
    clients.add(client)
    return { client, said, connection }
  }

  function desk() {
    const clock = new FakeClock()
    const clients = new Clients()
    const limits = { maxBufferedBytes: 1_000, maxTotalBufferedBytes: 2_000 }
    return {
      clock,
      clients,
      slow: new SlowClients(clients, limits, { clock, metrics: new NoMetrics(), log: new MemoryLog() }),
    }
  }

  it('closes a client once, and cuts it two seconds later', async () => {
    const { clock, clients, slow } = desk()
    const { said } = stuck(clients, 1_500)
    slow.sweep()
    slow.publishing(1, false)
    slow.publishing(1, false)
    slow.sweep()
    await clock.advance(1_999)
    expect(said).toEqual(['leave', 'slow consumer: 1500 bytes unread'])
    await clock.advance(1)
    expect(said.at(-1)).toBe('cut')
  })

  it('closes the fullest until the rest fits, and nobody for those that are leaving already', () => {
    const { clients, slow } = desk()
    const [small, large, middle] = [stuck(clients, 600), stuck(clients, 990), stuck(clients, 900)]
    slow.sweep()
    expect([small.said, large.said, middle.said]).toEqual([[], ['slow consumer: 990 bytes unread'], []])
    slow.sweep()
    expect([small.said, middle.said]).toEqual([[], []])
  })

  it('cuts at once those that are leaving when there is no room left for them', () => {
    const { clients, slow } = desk()
    const [leaving, staying] = [stuck(clients, 1_500), stuck(clients, 400)]
    slow.sweep()
    slow.publishing(1, false)
    slow.sweep()
    expect(leaving.said.at(-1)).toMatch(/^slow consumer/)
    staying.connection.queuedBytes = 600
    slow.sweep()
    expect(leaving.said.at(-1)).toBe('cut')
    expect(staying.said).toEqual([])
  })

  it('takes a client back as soon as it is under its limit, before the next event goes out', () => {
    const { clients, slow } = desk()
    const { said, connection } = stuck(clients, 1_500)
    slow.sweep()
    slow.publishing(2, false)
    slow.publishing(1, true)
    expect(said).toEqual(['leave'])
    connection.queuedBytes = 1_000
    slow.publishing(1, false)
    expect(said).toEqual(['leave', 'join'])
  })

  it('looks at the queues after every eight megabytes', () => {
    const { clients, slow } = desk()
    const { said } = stuck(clients, 1_500)
    slow.sent(8 * 1024 * 1024 - 1)
    expect(said).toEqual([])
    slow.sent(1)
    expect(said).toEqual(['leave'])
  })
})
