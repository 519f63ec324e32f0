import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonWire } from '../../src/adapters/wire-json/json-wire.js'
import { connectParams } from '../../src/domain/protocol/connect-params.js'
import { agentParams, chatSendParams } from '../../src/domain/protocol/methods/runs.js'
import { sessionsPatchParams } from '../../src/domain/protocol/methods/sessions.js'

const wire = new JsonWire()

describe('decode', () => {
  it('reads a request from text and from bytes', () => {
    const text = '{"type":"req","id":"1","method":"ä","params":{"a":[1]}}'
    const frame = { id: '1', method: 'ä', params: { a: [1] } }
    expect(wire.decode(text)).toEqual({ kind: 'request', frame })
    expect(wire.decode(Buffer.from(text))).toEqual({ kind: 'request', frame })
    expect(wire.decode('{"type":"req","id":"1","method":"m"}')).toMatchObject({ frame: { params: undefined } })
  })

  it.each([
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['half a character', Buffer.from('"ä"').subarray(0, 2)],
    ['nothing', ''],
    ['half a document', '{"type":'],
    ['two documents', '{} {}'],
    ['what only JavaScript reads', '{type:"req"}'],
  ])('calls %s no JSON', (_, data) => {
    expect(wire.decode(data)).toEqual({ kind: 'not-json' })
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.json()), (data) => {
        expect(['request', 'not-a-request', 'not-json']).toContain(wire.decode(data).kind)
      }),
    )
  })

  it('survives a hundred thousand levels', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(wire.decode(deep).kind).toBe('not-a-request')
    const decoded = wire.decode(`{"type":"req","id":"1","method":"m","params":${deep}}`)
    expect(decoded.kind).toBe('request')
    if (decoded.kind === 'request') expect(wire.check(chatSendParams, decoded.frame.params).ok).toBe(false)
    const inside = wire.decode(
      `{"type":"req","id":"1","method":"m","params":{"sessionKey":"k","message":"m","idempotencyKey":"i","attachments":${deep}}}`,
    )
    if (inside.kind === 'request') expect(wire.check(chatSendParams, inside.frame.params).ok).toBe(true)
  })

  it('lets nobody reach for the prototype', () => {
    expect(wire.decode('{"__proto__":{"type":"req","id":"1","method":"m"}}')).toMatchObject({ kind: 'not-a-request' })
    expect(wire.decode('{"type":"req","id":"1","method":"m","constructor":1}')).toMatchObject({
      problem: "at root: unexpected property 'constructor'",
    })
    const decoded = wire.decode('{"type":"req","id":"1","method":"m","params":{"__proto__":{"polluted":true}}}')
    if (decoded.kind !== 'request') throw new Error('not read')
    expect(wire.check(agentParams, decoded.frame.params)).toMatchObject({ ok: false })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each([
    ['{"id":7}', 7],
    ['{"id":-1.5}', -1.5],
    ['{"id":"x"}', 'x'],
    ['{"id":""}', null],
    ['{"id":1e999}', null],
    ['{"id":null}', null],
    ['[]', null],
  ])('gives back the id of %s if a response can carry it', (text, id) => {
    expect(wire.decode(text)).toMatchObject({ kind: 'not-a-request', id })
  })

  it('quotes foreign keys in short', () => {
    const decoded = wire.decode(JSON.stringify({ type: 'req', id: '1', method: 'm', ['k'.repeat(1_000_000)]: 1 }))
    expect(decoded.kind === 'not-a-request' && decoded.problem.length).toBeLessThan(200)
  })
})

describe('check', () => {
  const problems = (schema: typeof agentParams | typeof connectParams | typeof sessionsPatchParams, value: unknown) => {
    const checked = wire.check(schema as typeof agentParams, value)
    return checked.ok ? '' : checked.problems
  }

  it.each([
    [[], 'at root: must be object'],
    ['x', 'at root: must be object'],
    [null, 'at /message: must be string; at /idempotencyKey: must be string'],
    [
      { message: 'm', idempotencyKey: 'i', zz: 1, yy: 2 },
      "at root: unexpected property 'zz'; at root: unexpected property 'yy'",
    ],
    [{ message: 'm', idempotencyKey: 'i', timeout: -1 }, 'at /timeout: must be >= 0'],
    [{ message: 'm', idempotencyKey: 'i', timeout: 0.5 }, 'at /timeout: must be a whole number'],
    [{ message: 'm', idempotencyKey: 'i', label: '' }, 'at /label: must NOT have fewer than 1 characters'],
    [{ message: 'm', idempotencyKey: 'i', label: 'l'.repeat(65) }, 'at /label: must NOT have more than 64 characters'],
    [{ message: 'm', idempotencyKey: 'i', deliver: 'yes' }, 'at /deliver: must be boolean'],
    [{ message: 'm', idempotencyKey: 'i', attachments: {} }, 'at /attachments: must be array'],
    [
      { message: 'm', idempotencyKey: 'i', inputProvenance: { kind: 'x' } },
      'at /inputProvenance/kind: must be one of "external_user", "inter_session", "internal_system"',
    ],
    [
      { message: 'm', idempotencyKey: 'i', inputProvenance: { kind: 'inter_session', a: 1 } },
      "at /inputProvenance: unexpected property 'a'",
    ],
  ])('tells of %j what is wrong', (value, text) => {
    expect(problems(agentParams, value)).toBe(text)
  })

  it.each([1e21, 2 ** 53, 1e308])('takes no number beyond what is exact (%d)', (timeout) => {
    expect(problems(agentParams, { message: 'm', idempotencyKey: 'i', timeout })).toMatch(/^at \/timeout: must be/)
  })

  it('lets null clear a setting only where that is said', () => {
    expect(problems(sessionsPatchParams, { key: 'k', label: null, model: null })).toBe('')
    expect(problems(sessionsPatchParams, { key: null })).toBe('at /key: must be string')
  })

  it('names at most ten problems and counts the rest', () => {
    const value: Record<string, unknown> = { message: 'm', idempotencyKey: 'i' }
    for (let index = 0; index < 40; index++) value[`${'k'.repeat(100)}${index}`] = 1
    const text = problems(agentParams, value)
    expect(text).toMatch(/; and 30 more$/)
    expect(text.length).toBeLessThan(1_500)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof wire.check(connectParams, value).ok).toBe('boolean')
      }),
    )
  })
})
