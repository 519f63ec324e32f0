import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GatewayConfig, gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { deliveryIdIn } from '../../../src/domain/hooks/delivery-id.js'
import { findMapping } from '../../../src/domain/hooks/hook-mapping.js'
import { HOOK_PRESETS, mappingsOf } from '../../../src/domain/hooks/hook-presets.js'
import { mappedFields } from '../../../src/domain/hooks/mapped-fields.js'
import { publicHeaders } from '../../../src/domain/hooks/public-headers.js'
import { readAgentOrder, readWakeOrder } from '../../../src/domain/hooks/read-order.js'
import { hookAgentBody, hookWakeBody } from '../../../src/domain/protocol/http/hook-bodies.js'

function hooksOf(hooks: object): GatewayConfig['hooks'] {
  return gatewayConfigSchema().parse({ hooks }).hooks
}

const source = (payload: unknown) => ({ payload, path: 'ci', headers: {}, query: {} })

describe('findMapping', () => {
  const { mappings } = hooksOf({
    mappings: [
      { id: 'a', match: { path: '/ci/', source: 'x' } },
      { id: 'b', match: { path: 'ci' } },
      { id: 'c', match: { source: 'y' } },
    ],
  })
  const found = (path: string, payload: unknown = {}) => findMapping(mappings, { path, payload })?.id

  it('takes the first whose conditions all hold', () => {
    expect(found('ci', { source: 'x' })).toBe('a')
    expect(found('ci')).toBe('b')
    expect(found('other', { source: 'y' })).toBe('c')
    expect(found('other')).toBeUndefined()
    expect(found('CI')).toBeUndefined()
  })

  it('looks only at what was sent', () => {
    expect(found('other', Object.create({ source: 'y' }))).toBeUndefined()
    for (const payload of [null, 'y', ['y'], 1]) expect(found('other', payload)).toBeUndefined()
  })

  it('tries presets behind the mappings of the operator', () => {
    const hooks = hooksOf({
      presets: ['github', 'nonsense', 'constructor'],
      mappings: [{ id: 'own', match: { path: 'github' } }],
    })
    expect(mappingsOf(hooks).map(({ id }) => id)).toEqual(['own', 'github'])
  })
})

describe('mappedFields', () => {
  it('renders what the mapping says', () => {
    const [mapping] = hooksOf({
      mappings: [
        {
          name: 'CI {{n}}',
          messageTemplate: 'Build {{n}}',
          sessionKey: 'hook:ci:{{n}}',
          to: 42,
          deliver: false,
          model: 'a/b',
        },
      ],
    }).mappings
    const mapped = mappedFields(mapping!, source({ n: 7 }))
    expect(mapped).toMatchObject({
      kind: 'agent',
      sessionChosenBy: 'operator',
      fields: { name: 'CI 7', message: 'Build 7', sessionKey: 'hook:ci:7', to: 42, deliver: false, model: 'a/b' },
    })
    expect(readAgentOrder(mapped?.fields)).toMatchObject({
      ok: true,
      order: { to: '42', wakeMode: 'now', channel: 'last' },
    })
  })

  it('passes the request itself where there is no template', () => {
    expect(mappedFields({}, source({ a: 1 }))?.fields).toMatchObject({ message: '{\n  "a": 1\n}', name: 'ci' })
    expect(mappedFields({ action: 'wake' }, source({ a: 1 }))).toMatchObject({
      kind: 'wake',
      fields: { text: '{\n  "a": 1\n}' },
    })
  })

  it('lets the transform stand over the mapping, in the fields there are', () => {
    const made = JSON.parse(
      '{"message":"m","agentId":"work","__proto__":{"deliver":false},"isTrusted":true,"model":null}',
    )
    expect(mappedFields({ name: 'n', model: 'a/b' }, source({}), made)?.fields).toEqual(
      expect.objectContaining({ message: 'm', agentId: 'work', name: 'n', model: 'a/b', deliver: undefined }),
    )
    expect(mappedFields({}, source({}), { kind: 'wake', text: 't' })).toMatchObject({
      kind: 'wake',
      fields: { text: 't' },
    })
    expect(mappedFields({}, source({}), { kind: 'shell' })).toBeNull()
  })

  it('says when the request chose the session', () => {
    const chosenBy = (sessionKey: string) => mappedFields({ sessionKey }, source({}))?.sessionChosenBy
    expect(chosenBy('{{ key }}')).toBe('request')
    expect(chosenBy('hook:{{ key }}')).toBe('operator')
  })

  it('has presets that make something of what the services send', () => {
    const push = {
      repository: { full_name: 'a/b' },
      ref: 'refs/heads/main',
      sender: { login: 'ann' },
      head_commit: { message: 'Mend' },
    }
    const { fields } = mappedFields(HOOK_PRESETS.github!, { ...source(push), headers: { 'x-github-event': 'push' } })!
    for (const text of ['push', 'a/b', 'ann', 'refs/heads/main', 'Mend']) expect(fields.message).toContain(text)
    const mail = { messages: [{ id: '9', from: 'Ann', subject: 'Hi', snippet: 's', body: 'b' }] }
    expect(mappedFields(HOOK_PRESETS.gmail!, source(mail))?.fields).toMatchObject({
      sessionKey: 'hook:gmail:9',
      message: expect.stringContaining('Ann'),
    })
  })
})

describe('readAgentOrder and readWakeOrder', () => {
  it.each([
    [{}, 'message required'],
    [{ message: '  ' }, 'message required'],
    [{ message: 1 }, 'message must be a text'],
    [{ message: 'a\0' }, 'message must not contain null bytes'],
    [{ message: 'a', channel: 'pigeon' }, 'channel must be last|telegram|discord|slack|irc|webhook'],
    [{ message: 'a', model: ' ' }, 'model required'],
    [{ message: 'a', model: 5 }, 'model required'],
    [{ message: 'a', thinking: 'hard' }, /^thinking must be off\|/],
    [{ message: 'a', timeoutSeconds: 0 }, /^timeoutSeconds/],
    [{ message: 'a', timeoutSeconds: '5' }, /^timeoutSeconds/],
    [{ message: 'a', deliver: 'yes' }, 'deliver must be true or false'],
    [{ message: 'a', wakeMode: 'later' }, 'wakeMode must be now or next-heartbeat'],
    [[], 'a JSON object required'],
    [null, 'a JSON object required'],
    [Object.create({ message: 'inherited' }), 'message required'],
  ])('refuses %j', (body, error) => {
    expect(readAgentOrder(body)).toEqual({
      ok: false,
      error: typeof error === 'string' ? error : expect.stringMatching(error),
    })
  })

  it('reads a wake-up', () => {
    expect(readWakeOrder({ text: ' a ' })).toEqual({ ok: true, order: { text: 'a', mode: 'now' } })
    expect(readWakeOrder({ text: 'a', mode: 'next-heartbeat' })).toMatchObject({ order: { mode: 'next-heartbeat' } })
    expect(readWakeOrder({ text: ' ' })).toEqual({ ok: false, error: 'text required' })
    expect(readWakeOrder({ text: 'a', mode: 'soon' })).toEqual({
      ok: false,
      error: 'mode must be now or next-heartbeat',
    })
  })

  it('takes everything that the published shape allows, and throws at nothing', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('now', 'telegram', 'high', 'last', 30, true, 'a/b', 'text'))
    const names = Object.keys(hookAgentBody().shape)
    const body = fc.dictionary(fc.constantFrom(...names, 'text', 'mode', 'other'), value)
    fc.assert(
      fc.property(body, (fields) => {
        const hasNull = JSON.stringify(fields).includes('\\u0000')
        const agent = readAgentOrder(fields)
        if (hookAgentBody().safeParse(fields).success && !hasNull) expect(agent).toMatchObject({ ok: true })
        const wake = readWakeOrder(fields)
        if (hookWakeBody().safeParse(fields).success && !hasNull) expect(wake).toMatchObject({ ok: true })
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('deliveryIdIn', () => {
  it('takes the first header that says it', () => {
    expect(deliveryIdIn({})).toBeUndefined()
    expect(deliveryIdIn({ 'x-github-delivery': 'g', 'idempotency-key': 'i' })).toBe('i')
    expect(deliveryIdIn({ 'x-mayros-delivery-id': ' ', 'webhook-id': 'w' })).toBe('w')
    expect(deliveryIdIn({ 'webhook-id': 'a b' })).toBeNull()
    expect(deliveryIdIn({ 'webhook-id': 'x'.repeat(256) })).toBeNull()
  })
})

describe('publicHeaders', () => {
  it('keeps back whatever proves who somebody is', () => {
    const shown = publicHeaders([
      ['X-GitHub-Event', 'push'],
      ['Authorization', 'Bearer t'],
      ['x-mayros-token', 't'],
      ['x-openclaw-token', 't'],
      ['cookie', 't'],
      ['x-api-key', 't'],
      ['x-telegram-bot-api-secret-token', 't'],
    ])
    expect(shown).toEqual({ 'x-github-event': 'push' })
  })
})
