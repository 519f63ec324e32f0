import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guestMethod, lenientGuestMethod, type MethodRow, type Module, tokens } from '../../../src/bootstrap/index.js'
import { Refusal } from '../../../src/domain/protocol/refusal.js'
import { callRefusal } from '../../doubles/access-oracle.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const FOR_NODES = ['skills.bins']
const MENTIONED_IN_THE_PROTOCOL = [
  ...'connect set-heartbeats system-event sessions.patch sessions.reset sessions.delete sessions.compact'.split(' '),
  ...'chat.inject config.set config.schema exec.approvals.get no.such.method config.unheard-of'.split(' '),
]

const MAIN_SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing']
const SCOPE_SETS = [[], ...MAIN_SCOPES.map((scope) => [scope]), ['operator.read', 'operator.pairing'], ['unheard.of']]

describe('who may call what', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  const names = () => [
    ...stage.gateway
      .get(tokens.methods)
      .rows.map((row) => row.name)
      .filter((name) => name !== 'health' && !FOR_NODES.includes(name)),
    ...MENTIONED_IN_THE_PROTOCOL,
  ]

  it('is told by the scope of every method, for every set of scopes', async () => {
    const wrong: string[] = []
    for (const scopes of SCOPE_SETS) {
      const client = await stage.join({ scopes })
      for (const name of names()) {
        const message: string = (await client.request(name, {})).error?.message ?? ''
        const expected = callRefusal(name, 'operator', scopes) ?? ''
        const seen = /^missing scope|^unauthorized role/.test(message) ? message : ''
        if (seen !== expected) wrong.push(`${name} with [${scopes.join()}]: "${seen}" instead of "${expected}"`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('keeps nodes out of everything that is for operators', async () => {
    const node = await stage.join({ role: 'node', mode: 'node', scopes: MAIN_SCOPES })
    for (const name of names()) {
      expect([name, (await node.request(name, {})).error?.message]).toEqual([name, 'unauthorized role: node'])
    }
    expect((await node.request('health')).ok).toBe(true)
    for (const name of FOR_NODES) expect([name, (await node.request(name, {})).ok]).toEqual([name, true])
  })

  it('keeps operators out of what is for nodes', async () => {
    const operator = await stage.join({ scopes: MAIN_SCOPES })
    for (const name of FOR_NODES) {
      expect([name, (await operator.request(name, {})).error?.message]).toEqual([name, 'unauthorized role: operator'])
    }
  })

  it('lets everybody ask for health', async () => {
    const nobody = await stage.join({ device: false })
    expect((await nobody.call('health')).ok).toBe(true)
  })
})

describe('a request', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  const rows: readonly MethodRow[] = [
    lenientGuestMethod('test.throws', 'none', () => {
      throw new Error('it broke')
    }),
    lenientGuestMethod('test.rejects', 'none', async () => {
      throw new Error('')
    }),
    lenientGuestMethod('test.throws-nonsense', 'none', () => {
      throw Object.create(null)
    }),
    lenientGuestMethod('test.refuses', 'none', () => {
      throw new Refusal('NOT_LINKED', 'no line', {
        retryable: true,
        retryAfterMs: 4,
        payload: { a: 1 },
        details: { b: 2 },
      })
    }),
    lenientGuestMethod('test.unwritable', 'none', () => ({ count: 1n })),
    lenientGuestMethod('test.unwritable-later', 'none', async () => ({ count: 1n })),
    lenientGuestMethod('test.nothing', 'none', () => undefined),
    lenientGuestMethod('test.echo', 'none', (params) => params),
    lenientGuestMethod('test.slow', 'none', () => new Promise((resolve) => stage.clock.after(60, () => resolve({})))),
    lenientGuestMethod('test.twice', 'none', async (_params, call) => {
      call.acknowledge({ status: 'accepted' })
      return { status: 'ok' }
    }),
  ]
  const more: Module = (bindings) => bindings.constant(tokens.moreMethods, rows)

  beforeEach(async () => {
    stage = await GatewayStage.open({ modules: [more] })
    client = await stage.join()
  })

  afterEach(() => stage.close())

  it.each([
    ['test.throws', { code: 'UNAVAILABLE', message: 'it broke' }],
    ['test.rejects', { code: 'UNAVAILABLE', message: 'Error' }],
    ['test.throws-nonsense', { code: 'UNAVAILABLE', message: 'unknown error' }],
    ['test.refuses', { code: 'NOT_LINKED', message: 'no line', retryable: true, retryAfterMs: 4, details: { b: 2 } }],
    ['no.such', { code: 'INVALID_REQUEST', message: 'unknown method: no.such' }],
  ])('%s is answered with its error', async (name, error) => {
    expect((await client.request(name)).error).toEqual(error)
  })

  it.each(['test.unwritable', 'test.unwritable-later'])(
    'whose answer cannot be written (%s) is answered all the same',
    async (name) => {
      const { ok, error } = await client.request(name)
      expect({ ok, code: error.code }).toEqual({ ok: false, code: 'UNAVAILABLE' })
    },
  )

  it('carries the payload of a refusal beside the error', async () => {
    expect((await client.request('test.refuses')).payload).toEqual({ a: 1 })
  })

  it('may have no answer to give', async () => {
    expect(Object.keys(await client.request('test.nothing')).sort()).toEqual(['id', 'ok', 'type'])
  })

  it('may be answered twice', async () => {
    const id = client.send('test.twice')
    await stage.settle()
    expect(client.frames.filter((frame) => frame.id === id).map((frame) => frame.payload.status)).toEqual([
      'accepted',
      'ok',
    ])
  })

  it('does not wait for the one before', async () => {
    const [slow, quick] = [client.send('test.slow'), client.send('test.echo')]
    await stage.clock.advance(60)
    const order = client.frames.flatMap((frame) => (frame.id === slow || frame.id === quick ? [frame.id] : []))
    expect(order).toEqual([quick, slow])
  })

  it.each([
    ['null', null],
    ['an array', [1]],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('of a lenient method takes %s for no parameters', async (_, params) => {
    expect(await client.call('test.echo', params)).toEqual({})
  })

  it.each([
    ['config.get', { zz: 1 }, "at root: unexpected property 'zz'"],
    ['config.get', 'x', 'at root: must be object'],
    ['config.get', [], 'at root: must be object'],
    ['logs.tail', { limit: 0, zz: 1 }, "at /limit: must be >= 1; at root: unexpected property 'zz'"],
    ['logs.tail', { limit: 5_001 }, 'at /limit: must be <= 5000'],
    ['logs.tail', { limit: 1.5 }, 'at /limit: must be a whole number'],
    ['logs.tail', { limit: '1' }, 'at /limit: must be number'],
    ['chat.history', {}, 'at /sessionKey: must be string'],
    ['chat.history', { sessionKey: '' }, 'at /sessionKey: must NOT have fewer than 1 characters'],
    ['wake', { mode: 'later', text: 'x' }, 'at /mode: must be one of "now", "next-heartbeat"'],
    [
      'chat.inject',
      { sessionKey: 'main', message: 'x', label: 'x'.repeat(101) },
      'at /label: must NOT have more than 100 characters',
    ],
  ])('of %s with %j names every problem', async (name, params, problems) => {
    const { error } = await client.request(name, params)
    expect(error).toEqual({ code: 'INVALID_REQUEST', message: `invalid ${name} params: ${problems}` })
  })

  it.each(['config.get', 'models.list', 'agents.list'])('of %s may say null for no parameters', async (name) => {
    expect((await client.request(name, null)).ok).toBe(true)
    expect((await client.request(name)).ok).toBe(true)
  })

  it('with words of a megabyte is answered and logged in short', async () => {
    const long = 'm'.repeat(1_000_000)
    expect((await client.request(long)).error.message.length).toBeLessThan(200)
    expect(JSON.stringify(stage.log.lines).length).toBeLessThan(20_000)
  })

  it('that took long is worth a line in the log', async () => {
    const id = client.send('test.slow')
    await stage.clock.advance(60)
    const slow = stage.log.lines.find((line) => line.message === 'slow request')
    expect(slow?.fields).toMatchObject({ method: 'test.slow', requestId: id, durationMs: 60, code: 'ok' })
  })
})

describe('the method table', () => {
  it('takes every name once and nothing twice', async () => {
    const row = guestMethod('twice', 'none', (() => null) as never, () => null)
    const stage = new GatewayStage({ modules: [(bindings) => bindings.constant(tokens.moreMethods, [row, row])] })
    await expect(stage.gateway.start()).rejects.toThrow('method twice is registered twice')
  })
})
