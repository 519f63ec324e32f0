import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { tokens } from '../../../src/bootstrap/index.js'
import { EVENT_NAMES } from '../../../src/domain/protocol/events.js'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage, TOKEN } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

let stage: GatewayStage

afterEach(() => stage.close())

const SECRET_ANSWER = 'what only those may read who may write'

describe('the answer to somebody else', () => {
  /** Somebody who may write has had an answer under the key `k`. */
  async function answered(method: 'agent' | 'chat.send'): Promise<void> {
    stage = await GatewayStage.open()
    stage.runner.onStage = (puppet) => puppet.say(SECRET_ANSWER).finish()
    const writer = await stage.join({ scopes: ['operator.write'] })
    await writer.call(method, paramsOf(method, 'k'))
    await stage.settle()
    expect(JSON.stringify(writer.frames)).toContain(SECRET_ANSWER)
  }

  const paramsOf = (method: string, idempotencyKey: string) =>
    method === 'agent' ? { message: 'hi', idempotencyKey } : { message: 'hi', sessionKey: 'main', idempotencyKey }

  const strangers: readonly (readonly [string, Parameters<GatewayStage['join']>[0], string])[] = [
    ['who may read only', { scopes: ['operator.read'] }, 'missing scope: operator.write'],
    ['without any scope', { scopes: [] }, 'missing scope: operator.write'],
    ['without a device', { device: false }, 'missing scope: operator.write'],
    ['who pairs devices', { scopes: ['operator.pairing'] }, 'missing scope: operator.write'],
    ['that is a node', { role: 'node', scopes: ['operator.admin'] }, 'unauthorized role: node'],
  ]

  const cases = strangers.flatMap(([who, options, refusal]) =>
    (['agent', 'chat.send'] as const).map((method) => [who, method, options, refusal] as const),
  )

  it.each(cases)('is not given to a client %s for the key of a %s', async (_, method, options, refusal) => {
    await answered(method)
    const stranger = await stage.join(options)
    const before = stranger.frames.length
    for (const attempt of ['agent', 'chat.send'] as const) {
      const frame = await stranger.request(attempt, paramsOf(attempt, 'k'))
      expect(frame).toEqual({
        type: 'res',
        id: frame.id,
        ok: false,
        error: { code: 'INVALID_REQUEST', message: refusal },
      })
    }
    expect((await stranger.request('agent.wait', { runId: 'k' })).error.message).toBe(refusal)
    expect(JSON.stringify(stranger.frames.slice(before))).not.toContain(SECRET_ANSWER)
    expect(stage.runner.messages).toEqual(['hi'])
  })

  it('is not given while it is being made, nor by joining in', async () => {
    stage = await GatewayStage.open()
    const writer = await stage.join({ scopes: ['operator.write'] })
    const id = writer.send('agent', paramsOf('agent', 'k'))
    await stage.settle()
    const stranger = await stage.join({ scopes: [], caps: ['tool-events'] })
    expect((await stranger.request('agent', paramsOf('agent', 'k'))).ok).toBe(false)
    stage.runner.of('hi').do({ type: 'tool.start', toolCallId: 't', name: 'read', args: {} })
    stage.runner.of('hi').say(SECRET_ANSWER).finish()
    await writer.final(id)
    await stage.settle()
    expect([...stranger.events('agent'), ...stranger.events('chat')]).toEqual([])
    expect(JSON.stringify(stranger.frames)).not.toContain(SECRET_ANSWER)
  })

  it('is not given under the key of another method', async () => {
    await answered('agent')
    const writer = await stage.join({ scopes: ['operator.write'] })
    const { error, payload } = await writer.request('chat.send', paramsOf('chat.send', 'k'))
    expect(error.message).toBe('idempotencyKey was used before by agent; use a new one')
    expect(payload).toBeUndefined()
  })
})

/* Written from the protocol, not from the code: who hears what. */
const EVERYONE = ['tick', 'health', 'shutdown']
const PAIRING = [
  'node.pair.requested',
  'node.pair.resolved',
  'device.pair.requested',
  'device.pair.resolved',
  'channel.pairing.requested',
  'channel.pairing.resolved',
]
const APPROVALS = ['exec.approval.requested', 'exec.approval.resolved']
const NOBODY = ['connect.challenge', 'node.invoke.request']
const READ = EVENT_NAMES.filter((name) => ![...EVERYONE, ...PAIRING, ...APPROVALS, ...NOBODY].includes(name))

describe('events', () => {
  const hearers: readonly (readonly [string, Parameters<GatewayStage['join']>[0], readonly string[]])[] = [
    ['an operator without scopes', { scopes: [] }, []],
    ['an operator without a device', { device: false }, []],
    ['an operator with scopes that do not exist', { scopes: ['operator.*', 'admin', 'everything'] }, []],
    ['a node', { role: 'node', scopes: [] }, []],
    ['a node that asks for everything', { role: 'node', scopes: ['operator.admin', 'operator.pairing'] }, []],
    ['a reader', { scopes: ['operator.read'] }, READ],
    ['a writer', { scopes: ['operator.write'] }, READ],
    ['one who approves', { scopes: ['operator.approvals'] }, APPROVALS],
    ['one who pairs', { scopes: ['operator.pairing'] }, PAIRING],
    ['one who reads and pairs', { scopes: ['operator.read', 'operator.pairing'] }, [...READ, ...PAIRING]],
    ['one who sees secrets', { scopes: ['operator.talk.secrets'] }, []],
    ['an admin', { scopes: ['operator.admin'] }, [...READ, ...PAIRING, ...APPROVALS]],
  ]

  it.each(hearers)('are told to %s as the protocol says, and no others', async (_, options, gated) => {
    stage = await GatewayStage.open()
    const listener = await stage.join(options)
    const own = await stage.join()
    const before = listener.frames.length
    for (const name of EVENT_NAMES) stage.gateway.get(tokens.broadcast).publish(name, { marked: true })
    await stage.settle()
    const heard = listener.frames.slice(before).flatMap(({ event, payload }) => (payload?.marked ? [event] : []))
    expect(heard.sort()).toEqual([...EVERYONE, ...gated].sort())
    expect(own.frames.length).toBeGreaterThan(0)
  })

  it('of devices that ask, are let in and are turned down reach only those who pair', async () => {
    stage = await GatewayStage.open()
    const joined = await Promise.all(hearers.map(([, options]) => stage.join(options)))
    const node = { token: TOKEN, role: 'node', scopes: [] }
    const afar = { address: '192.0.2.7' }
    const master = await stage.join()
    await stage.settle()
    const before = joined.map(({ frames }) => frames.length)
    for (const decision of ['device.pair.approve', 'device.pair.reject']) {
      const { response } = await stage.refused({ ...node, device: testDevice() }, afar)
      await master.call(decision, { requestId: response.error.details.requestId })
    }
    await stage.settle()
    const heard = joined.map(
      ({ frames }, nr) => frames.slice(before[nr]).filter(({ event }) => event?.startsWith('device.pair.')).length,
    )
    expect(heard).toEqual(hearers.map(([, , gated]) => (gated.includes('device.pair.requested') ? 4 : 0)))
  })
})

describe('names that every object has', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
  const BAIT = '{"polluted":true,"isAdmin":true,"scopes":["operator.admin"],"toString":null}'
  const POLLUTIONS = [
    `{"__proto__":${BAIT}}`,
    `{"constructor":{"prototype":${BAIT}}}`,
    `{"constructor":${BAIT},"prototype":${BAIT},"__proto__":{"__proto__":${BAIT}}}`,
  ]
  const untouched = JSON.stringify(prototypes())

  function prototypes() {
    return [Object, Array, Function, String, Map, Promise].map(({ name, prototype }) => [
      name,
      Object.getOwnPropertyNames(prototype),
      Object.getOwnPropertyNames(Object.getPrototypeOf(prototype) ?? {}),
    ])
  }

  /** Nothing was changed, and nobody stumbled. */
  function expectUnharmed(): void {
    expect(({} as any).polluted).toBeUndefined()
    expect(JSON.stringify(prototypes())).toBe(untouched)
    expect(stage.log.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
  }

  /** Answers to requests whose parameters are given as text, so that nothing is lost on the way. */
  async function ask(client: MemoryProtocolClient, method: string, params: string) {
    const id = `${method} ${params}`
    client.raw.send(`{"type":"req","id":${JSON.stringify(id)},"method":${JSON.stringify(method)},"params":${params}}`)
    await stage.settle()
    return client.frames.filter((frame) => frame.id === id)
  }

  it('change nothing in a connect request, wherever they stand', async () => {
    stage = await GatewayStage.open()
    const places = ['', '"client":', '"auth":', '"device":', '"permissions":', '"caps":', '"scopes":']
    const required = '"minProtocol":3,"maxProtocol":3,"scopes":[]'
    for (const place of places) {
      for (const pollution of POLLUTIONS) {
        const client = await stage.knock({ address: '192.0.2.7' })
        const inside = pollution.slice(1, -1)
        const params = place === '' ? `{${required},${inside}}` : `{${required},${place}{${inside}}}`
        client.raw.send(`{"type":"req","id":"1","method":"connect","params":${params}}`)
        const { code, reason } = await client.raw.closed
        expect({ code, reason }).toEqual({ code: 1008, reason: expect.stringMatching(/^invalid connect params/) })
      }
    }
    expectUnharmed()
  })

  it('grant nothing as scopes, permissions, role or client', async () => {
    stage = await GatewayStage.open()
    const change = (params: any) => {
      params.permissions = JSON.parse(`{"__proto__":true,"constructor":true}`)
      params.client = { ...params.client, displayName: '__proto__', instanceId: '__proto__' }
    }
    const client = await stage.join({ scopes: NAMES, caps: NAMES, clientId: '__proto__', change })
    expect((await client.request('status')).error.message).toBe('missing scope: operator.read')
    for (const role of NAMES) {
      expect((await stage.refused({ token: TOKEN, role })).response.error.message).toBe('invalid role')
    }
    await client.request('health')
    expectUnharmed()
  })

  it('are no methods', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    for (const name of NAMES) {
      expect((await client.request(name)).error.message).toBe(`unknown method: ${name}`)
    }
  })

  it('are refused in the frame of a request', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    client.raw.send(`{"type":"req","id":"a","method":"health","__proto__":${BAIT}}`)
    const { error } = await client.find(({ id }) => id === 'a')
    expect(error.message).toMatch(/^invalid request frame: .*__proto__/)
    expectUnharmed()
  })

  it('change nothing in the parameters of any method', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    const rows = stage.gateway.get(tokens.methods).rows
    const served = new Set<string>()
    for (const row of rows) {
      for (const params of [...POLLUTIONS, ...NAMES.map((name) => likely(row.params?.() as never, name))]) {
        for (const frame of await ask(client, row.name, params)) {
          if (frame.ok) served.add(row.name)
          // The protocol has this answer for jobs that are not there.
          const isUnknownJob = frame.error?.message.startsWith('unknown cron job id: ') === true
          expect([row.name, frame.ok || isUnknownJob || frame.error.code]).not.toEqual([row.name, 'UNAVAILABLE'])
        }
      }
      for (const puppet of stage.runner.puppets) puppet.finish()
      await stage.settle()
    }
    // Nearly half of all methods did what they do with such names; the rest know no such session, device or run.
    expect(served.size).toBeGreaterThan(rows.length * 0.45)
    expectUnharmed()
  })

  it('change nothing in a configuration that is written, and do not get into it', async () => {
    stage = await GatewayStage.open({ config: { session: { scope: 'per-sender' } } })
    const client = await stage.join()
    for (const method of ['config.set', 'config.patch', 'config.apply']) {
      for (const raw of [
        ...POLLUTIONS,
        `{"gateway":{"__proto__":${BAIT}}}`,
        `{"models":{"providers":{"__proto__":{"apiKey":"x"}}}}`,
        `{"agents":{"list":[{"id":"__proto__"}],"defaults":{"__proto__":${BAIT}}}}`,
        `{"env":{"vars":{"__proto__":"x"}}}`,
      ]) {
        const { hash } = await client.call('config.get', {})
        const [answer] = await ask(client, method, JSON.stringify({ raw, baseHash: hash }))
        expect([raw, answer?.error?.code ?? 'ok']).not.toEqual([raw, 'UNAVAILABLE'])
        expect(({} as any).polluted).toBeUndefined()
      }
    }
    const { config } = await client.call('config.get', {})
    expect(config.polluted).toBeUndefined()
    expect(Object.keys(config)).not.toContain('__proto__')
    expectUnharmed()
  })
})

/** Parameters that a schema accepts as far as it can be told, with a name wherever a text may stand; JSON. */
function likely(schema: z.ZodType | undefined, name: string): string {
  if (schema === undefined) return `{${JSON.stringify(name)}:{"polluted":true},"text":"${name}","enabled":true}`
  return valueFor(z.toJSONSchema(schema, { unrepresentable: 'any' }), name)
}

type Shape = Readonly<Record<string, any>>

function valueFor(shape: Shape, name: string): string {
  if (shape.enum !== undefined) return JSON.stringify(shape.enum[0])
  if (shape.anyOf !== undefined) return valueFor(shape.anyOf[0], name)
  switch (shape.type) {
    case 'object': {
      const known = Object.entries<Shape>(shape.properties ?? {})
      const members = known.map(([key, member]) => `${JSON.stringify(key)}:${valueFor(member, name)}`)
      const others = shape.additionalProperties ? [`${JSON.stringify(name)}:{"polluted":true}`] : []
      return `{${[...members, ...others].join()}}`
    }
    case 'array':
      return `[${valueFor(shape.items ?? {}, name)}]`
    case 'integer':
    case 'number':
      return String(Math.max(1, shape.minimum ?? 1))
    case 'boolean':
      return 'true'
    default:
      return JSON.stringify(name)
  }
}
