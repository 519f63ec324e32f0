import { afterEach, describe, expect, it } from 'vitest'
import { MemoryRestartSentinel } from '../../../src/adapters/restart-sentinel-memory/memory-restart-sentinel.js'
import type { ConfigHistory, ConfigVersion } from '../../../src/application/ports/config-history.js'
import type { ConfigWriteOptions } from '../../../src/application/ports/config-source.js'
import { type Bindings, tokens } from '../../../src/bootstrap/index.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { ReloadStage } from '../../doubles/reload-stage.js'

let staged: ReloadStage
let client: MemoryProtocolClient

afterEach(() => staged.close())

const REDACTED = '__MAYROS_REDACTED__'
const RESTARTING = JSON.stringify({ discovery: { mdns: { mode: 'full' } } })
const named = (name: string) => JSON.stringify({ ui: { assistant: { name } } })

async function open(config: object = {}): Promise<void> {
  staged = await ReloadStage.open({ config })
  client = await staged.stage.join()
}

const hash = async () => (await staged.source.read()).hash

/** The answer while time goes on. */
async function answered(method: string, params: object, who = client) {
  const response = who.request(method, params)
  await staged.stage.clock.advance(0)
  return response
}

async function write(method: string, raw: string, more: object = {}) {
  return answered(method, { raw, baseHash: await hash(), ...more })
}

async function payload(method: string, raw: string, more: object = {}) {
  const response = await write(method, raw, more)
  if (response.ok !== true) throw new Error(JSON.stringify(response.error))
  return response.payload
}

describe.each(['config.set', 'config.patch', 'config.apply'])('%s and the hash', (method) => {
  it('is wanted when there is a file', async () => {
    await open()
    const response = await answered(method, { raw: '{}' })
    expect(response.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'config base hash required; re-run config.get and retry',
    })
  })

  it('has to be that of the file', async () => {
    await open()
    const before = await hash()
    staged.source.put({ logging: { level: 'warn' } })
    const response = await answered(method, { raw: '{}', baseHash: before })
    expect(response.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'config changed since last load; re-run config.get and retry',
    })
    expect((await staged.source.read()).parsed).toEqual({ logging: { level: 'warn' } })
  })

  it('is not wanted when there is none', async () => {
    await open()
    staged.source.put(null)
    const response = await answered(method, { raw: named('first') })
    expect(response.ok).toBe(true)
    expect((await staged.source.read()).parsed).toEqual({ ui: { assistant: { name: 'first' } } })
  })

  it('of the answer is that of what was written', async () => {
    await open()
    const { hash: told } = await payload(method, named('next'))
    expect(told).toBe(await hash())
    expect((await client.call('config.get', {})).hash).toBe(told)
  })

  it('a result that is not valid is refused with what is wrong, and nothing is written', async () => {
    await open()
    const before = await hash()
    const response = await write(method, JSON.stringify({ gateway: { port: 'many' } }))
    expect(response.error).toMatchObject({ code: 'INVALID_REQUEST', message: 'invalid config' })
    expect(response.error.details.issues[0]).toMatchObject({ path: 'gateway.port', message: expect.any(String) })
    expect(await hash()).toBe(before)
  })

  it('text that is no JSON5 is refused', async () => {
    await open()
    const response = await write(method, '{ broken')
    expect(response.error).toMatchObject({ code: 'INVALID_REQUEST' })
  })

  it('keeps a secret that comes back as it was shown', async () => {
    await open({ gateway: { auth: { token: 'a-token-of-the-file' } } })
    const { raw, parsed, config } = await client.call('config.get', {})
    for (const shown of [raw, JSON.stringify(parsed), JSON.stringify(config)]) {
      expect(shown).toContain(REDACTED)
      expect(shown).not.toContain('a-token-of-the-file')
    }
    const changed = { ...parsed, ui: { assistant: { name: 'next' } } }
    const answer = await payload(method, JSON.stringify(changed))
    expect(JSON.stringify(answer)).not.toContain('a-token-of-the-file')
    expect((await staged.source.read()).parsed).toEqual({
      gateway: { auth: { token: 'a-token-of-the-file' } },
      ui: { assistant: { name: 'next' } },
    })
  })

  it('a placeholder where nothing is stored is refused', async () => {
    await open()
    const response = await write(method, JSON.stringify({ gateway: { auth: { token: REDACTED } } }))
    expect(response.error.code).toBe('INVALID_REQUEST')
  })

  it('needs an admin', async () => {
    await open()
    const reader = await staged.stage.join({ scopes: ['operator.read', 'operator.write'] })
    const response = await answered(method, { raw: '{}', baseHash: await hash() }, reader)
    expect(response.error.message).toContain('operator.admin')
  })

  it('names who asked in the write', async () => {
    await open()
    const seen: ConfigWriteOptions[] = []
    for (const name of ['edit', 'replace'] as const) {
      const real = staged.source[name].bind(staged.source) as (...args: never[]) => Promise<never>
      staged.source[name] = ((what: never, options: ConfigWriteOptions) => {
        seen.push(options)
        return real(what, options as never)
      }) as never
    }
    await payload(method, named('next'))
    expect(seen.map(({ origin }) => origin)).toContainEqual({
      source: 'rpc',
      actor: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(new Set(seen.map(({ origin }) => origin?.source))).toEqual(new Set(['rpc']))
  })
})

describe('config.patch', () => {
  it('merges: null deletes, lists with ids merge by id', async () => {
    await open({ logging: { level: 'warn' }, agents: { list: [{ id: 'ops', name: 'Ops' }] } })
    await payload(
      'config.patch',
      JSON.stringify({ logging: null, agents: { list: [{ id: 'dev' }, { id: 'ops', name: 'O' }] } }),
    )
    expect((await staged.source.read()).parsed).toEqual({
      agents: {
        list: [{ id: 'ops', name: 'O' }, { id: 'dev' }],
      },
    })
  })

  it('takes objects only', async () => {
    await open()
    const response = await write('config.patch', '[1]')
    expect(response.error.message).toBe('config.patch raw must be an object')
  })
})

describe('the answer', () => {
  it('of a hot change tells what was applied, which is in force by then', async () => {
    await open()
    const answer = await payload('config.patch', JSON.stringify({ cron: { enabled: false } }))
    expect(answer).toMatchObject({
      ok: true,
      changed: ['cron.enabled'],
      reload: { mode: 'hybrid', hot: ['cron.enabled'], restart: [], actions: ['cron'] },
      restart: null,
    })
    expect(staged.live.config.cron.enabled).toBe(false)
    await staged.stage.clock.advance(60_000)
    expect(staged.host.restarts).toEqual([])
  })

  it('of a change that needs a restart tells when it comes: after 2 s', async () => {
    await open()
    const answer = await payload('config.apply', RESTARTING)
    expect(answer).toMatchObject({
      reload: { restart: ['discovery.mdns.mode'] },
      restart: { ok: true, delayMs: 2_000, coalesced: false, cooldownMsApplied: 0, reason: 'config.apply' },
      sentinel: { path: 'memory', payload: { kind: 'config-apply', sessionKey: null, message: null, status: 'ok' } },
    })
    expect(staged.host.restarts).toEqual([])
    await staged.stage.clock.advance(1_999)
    expect(staged.host.restarts).toEqual([])
    await staged.stage.clock.advance(1)
    expect(staged.host.restarts).toHaveLength(1)
  })

  it('tells the delay that was asked for', async () => {
    await open()
    const answer = await payload('config.patch', RESTARTING, { restartDelayMs: 10_000 })
    expect(answer.restart.delayMs).toBe(10_000)
    await staged.stage.clock.advance(9_999)
    expect(staged.host.restarts).toEqual([])
    await staged.stage.clock.advance(1)
    expect(staged.host.restarts).toHaveLength(1)
  })

  it('tells that it joined a restart that waits', async () => {
    await open()
    await payload('config.patch', RESTARTING, { restartDelayMs: 10_000 })
    const answer = await payload('config.patch', JSON.stringify({ discovery: { mdns: { mode: 'off' } } }), {
      restartDelayMs: 20_000,
    })
    expect(answer.restart).toMatchObject({ coalesced: true, delayMs: 10_000 })
    await staged.stage.clock.advance(60_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect(staged.live.config.discovery.mdns.mode).toBe('off')
  })

  it('tells how much of the delay is owed to the last restart', async () => {
    await open()
    await payload('config.patch', RESTARTING, { restartDelayMs: 0 })
    await staged.stage.clock.advance(10_000)
    expect(staged.host.restarts).toHaveLength(1)
    const answer = await payload('config.patch', JSON.stringify({ discovery: { mdns: { mode: 'off' } } }))
    expect(answer.restart).toMatchObject({ delayMs: 20_000, cooldownMsApplied: 18_000, coalesced: false })
  })

  it('restart always: one follows a hot change', async () => {
    await open()
    const answer = await payload('config.patch', named('next'), { restart: 'always' })
    expect(answer.restart).toMatchObject({ delayMs: 2_000 })
    await staged.stage.clock.advance(2_000)
    expect(staged.host.restarts).toHaveLength(1)
  })

  it('restart never: a change that needs one is refused, a hot one is not', async () => {
    await open()
    const refused = await write('config.patch', RESTARTING, { restart: 'never' })
    expect(refused.error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('discovery.mdns') })
    expect((await staged.source.read()).parsed).toEqual({})
    expect((await payload('config.patch', named('next'), { restart: 'never' })).restart).toBeNull()
  })

  it('mode hot: no restart, and none is promised', async () => {
    await open({ gateway: { reload: { mode: 'hot' } } })
    expect(await payload('config.patch', RESTARTING)).toMatchObject({
      reload: { restart: [], pending: ['discovery.mdns.mode'] },
      restart: null,
    })
    expect(staged.reload.health.pendingRestart).toEqual(['discovery.mdns.mode'])
  })

  it('config.set does not schedule anything itself; the file is followed as always', async () => {
    await open()
    const answer = await payload('config.set', RESTARTING)
    expect(answer).not.toHaveProperty('restart')
    await staged.stage.clock.advance(1_000)
    expect(staged.host.restarts).toHaveLength(1)
  })
})

describe('the budget', () => {
  it('is three writes in 60 s, for patch and apply together', async () => {
    await open()
    await payload('config.patch', named('1'))
    await payload('config.apply', named('2'))
    await payload('config.patch', named('3'))
    const refused = await write('config.apply', named('4'))
    expect(refused.error).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      retryAfterMs: 60_000,
      details: { method: 'config.apply', limit: '3 per 60s' },
    })
    expect((await write('config.set', named('5'))).ok).toBe(true)
    await staged.stage.clock.advance(60_000)
    expect((await write('config.apply', named('6'))).ok).toBe(true)
  })

  it('is not spent by writes that are refused', async () => {
    await open()
    for (let time = 0; time < 5; time += 1) {
      await write('config.patch', '{ broken')
      await write('config.patch', JSON.stringify({ gateway: { port: 'many' } }))
      await answered('config.apply', { raw: '{}' })
    }
    expect((await write('config.patch', named('1'))).ok).toBe(true)
  })

  it('is that of one device; another has its own', async () => {
    await open()
    for (const name of ['1', '2', '3']) await payload('config.patch', named(name))
    const other = await staged.stage.join()
    expect((await answered('config.patch', { raw: named('4'), baseHash: await hash() }, other)).ok).toBe(true)
  })

  it('holds against many writes at once', async () => {
    await open()
    const baseHash = await hash()
    const sent = Array.from({ length: 10 }, (_, at) =>
      client.request('config.patch', { raw: named(`${at}`), baseHash }),
    )
    await staged.stage.clock.advance(0)
    const answers = await Promise.all(sent)
    expect(answers.filter(({ ok }) => ok === true)).toHaveLength(1)
  })
})

describe('a note', () => {
  it('is left for the restart, with the canonical session', async () => {
    await open()
    const sentinel = staged.stage.gateway.get(tokens.restartSentinel)
    await payload('config.patch', RESTARTING, { sessionKey: 'main', note: 'moved the house' })
    expect(await sentinel.take()).toMatchObject({
      kind: 'config-patch',
      sessionKey: 'agent:main:main',
      message: 'moved the house',
    })
  })

  it('is not left when no restart follows', async () => {
    await open()
    const sentinel = staged.stage.gateway.get(tokens.restartSentinel)
    await payload('config.patch', named('next'), { note: 'nothing' })
    expect(await sentinel.take()).toBeNull()
    staged.host.refusal = 'port 1 is taken'
    await payload('config.patch', RESTARTING, { note: 'refused' })
    expect(await sentinel.take()).toBeNull()
  })

  it('is said with the next turn of its session after the start', async () => {
    const sentinel = new MemoryRestartSentinel()
    await sentinel.leave({ kind: 'config-patch', ts: 0, sessionKey: 'agent:main:main', message: ' moved the house ' })
    staged = await ReloadStage.open({
      modules: [(bindings) => bindings.constant(tokens.restartSentinel, sentinel)],
    })
    client = await staged.stage.join()
    client.send('agent', { message: 'and now?', idempotencyKey: 'r1', sessionKey: 'main' })
    await staged.stage.settle()
    const [puppet] = staged.stage.runner.puppets
    expect(puppet?.request.message).toBe('System: the gateway restarted: moved the house\n\nand now?')
    puppet?.say('fine').finish()
    expect(await sentinel.take()).toBeNull()
  })
})

describe('config.edit', () => {
  const edit = async (edits: readonly object[], more: object = {}) =>
    answered('config.edit', { edits, baseHash: await hash(), ...more })

  it('changes single values, one after the other', async () => {
    await open({ logging: { level: 'warn' }, agents: { list: [{ id: 'ops' }, { id: 'dev' }] } })
    const response = await edit([
      { path: ['logging', 'level'], remove: true },
      { path: ['agents', 'list', 0], remove: true },
      { path: ['agents', 'list', 0, 'name'], value: 'Developer' },
      { path: ['cron', 'enabled'], value: false },
    ])
    expect(response.payload).toMatchObject({ ok: true, reload: { mode: 'hybrid' }, hash: await hash() })
    expect((await staged.source.read()).resolved).toEqual({
      logging: {},
      agents: { list: [{ id: 'dev', name: 'Developer' }] },
      cron: { enabled: false },
    })
    expect(staged.live.config.cron.enabled).toBe(false)
  })

  it.each([
    ['neither', {}],
    ['both', { value: 1, remove: true }],
  ])('wants a value or a removal: %s', async (_, more) => {
    await open()
    const response = await edit([
      { path: ['cron', 'enabled'], value: true },
      { path: ['ui'], ...more },
    ])
    expect(response.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'edits[1]: give either value or remove: true',
    })
    expect((await staged.source.read()).parsed).toEqual({})
  })

  it('takes no key that means something to the language', async () => {
    await open()
    const response = await edit([{ path: ['env', 'vars', '__proto__'], value: { polluted: 'yes' } }])
    expect(response.ok).toBe(false)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('is guarded by the hash, asks before a restart where wanted, and shares the budget', async () => {
    await open()
    const unguarded = await answered('config.edit', { edits: [{ path: ['cron', 'enabled'], value: false }] })
    expect(unguarded.error.message).toContain('base hash required')
    const restarting = [{ path: ['discovery', 'mdns', 'mode'], value: 'full' }]
    expect((await edit(restarting, { restart: 'never' })).error.message).toContain('needs a restart')
    expect((await edit(restarting)).payload.restart).toMatchObject({ reason: 'config.edit' })
    await payload('config.patch', named('2'))
    await payload('config.patch', named('3'))
    expect((await edit(restarting)).error).toMatchObject({ code: 'UNAVAILABLE', details: { method: 'config.edit' } })
  })
})

describe('config.preview', () => {
  const preview = async (params: object) => answered('config.preview', { baseHash: await hash(), ...params })

  it('tells values and fate of a text without writing it', async () => {
    await open({ cron: { enabled: true }, logging: { level: 'warn' } })
    const before = await hash()
    const raw = JSON.stringify({ cron: { enabled: false }, discovery: { mdns: { mode: 'full' } } })
    const { payload: told } = await preview({ raw })
    expect(told).toMatchObject({
      ok: true,
      hash: before,
      valid: true,
      issues: [],
      changes: [
        { path: 'cron.enabled', before: true, after: false },
        { path: 'logging.level', before: 'warn' },
        { path: 'discovery.mdns.mode', after: 'full' },
      ],
      reload: { mode: 'hybrid', restart: expect.arrayContaining(['discovery.mdns.mode']) },
    })
    expect(told.changes[1]).not.toHaveProperty('after')
    expect(await hash()).toBe(before)
    expect(staged.live.config.cron.enabled).toBe(true)
  })

  it('tells the same of single values, and what is taken over at once', async () => {
    await open()
    const { payload: told } = await preview({ edits: [{ path: ['cron', 'enabled'], value: false }] })
    expect(told).toMatchObject({
      changes: [{ path: 'cron.enabled', after: false }],
      reload: { hot: ['cron.enabled'], restart: [], actions: ['cron'] },
    })
  })

  it('what is wrong is an answer with its places', async () => {
    await open()
    for (const params of [
      { raw: '{ gateway: { port: "many" } }' },
      { edits: [{ path: ['gateway', 'port'], value: 'many' }] },
    ]) {
      const { payload: told } = await preview(params)
      expect(told).toMatchObject({ ok: true, valid: false, changes: [], raw: null })
      expect(told.issues[0]).toMatchObject({ path: 'gateway.port', message: expect.any(String) })
    }
    expect((await preview({ raw: '{ broken' })).payload.issues[0]).toMatchObject({ code: 'parse_error' })
  })

  it('shows no secret, old or new', async () => {
    await open({ gateway: { auth: { token: 'a-token-of-the-file' } } })
    const edits = [{ path: ['gateway', 'auth', 'token'], value: 'a-token-of-tomorrow' }]
    const told = JSON.stringify((await preview({ edits })).payload)
    expect(told).not.toMatch(/a-token-of/)
    expect(told).toContain('"isSecret":true')
  })

  it('wants one way of saying it, and the hash', async () => {
    await open()
    const exactlyOne = { message: 'config.preview: give exactly one of raw, edits and version' }
    expect((await preview({})).error).toMatchObject(exactlyOne)
    expect((await preview({ raw: '{}', version: 'x' })).error).toMatchObject(exactlyOne)
    expect((await answered('config.preview', { raw: '{}', baseHash: 'f'.repeat(64) })).error.message).toContain(
      'config changed since last load',
    )
  })
})

describe('the past', () => {
  const was = { cron: { enabled: false } }
  const state = {
    at: 1_000,
    origin: { source: 'cli', actor: 'config set' },
    hash: 'a'.repeat(64),
    snapshotHash: 'b'.repeat(64),
    changed: ['cron.enabled'],
  } as const
  const version: ConfigVersion = { id: '0000000001000-bbbbbbbbbbbb', bytes: 30, ...state }
  const history: ConfigHistory = {
    list: async () => [version],
    texts: async (id) => (id === version.id ? [{ path: 'memory', text: JSON.stringify(was) }] : null),
    record: async () => undefined,
    keepGood: async () => undefined,
    lastGood: async () => null,
  }

  async function openWithPast(): Promise<void> {
    const modules = [(bindings: Bindings) => bindings.constant(tokens.configHistory, history)]
    staged = await ReloadStage.open({ config: { cron: { enabled: true } }, modules })
    client = await staged.stage.join()
  }

  it('is listed without values', async () => {
    await openWithPast()
    const { bytes, id, hash: told, snapshotHash, changed } = version
    expect(await client.call('config.history', {})).toEqual({
      path: 'memory',
      hash: await hash(),
      versions: [
        {
          n: 1,
          id,
          recordedAt: '1970-01-01T00:00:01.000Z',
          source: 'cli',
          actor: 'config set',
          hash: told,
          snapshotHash,
          changed,
          bytes,
        },
      ],
    })
  })

  it('is empty where none is kept', async () => {
    await open()
    expect((await client.call('config.history', {})).versions).toEqual([])
  })

  it('can be looked at and brought back', async () => {
    await openWithPast()
    const params = { version: version.id, baseHash: await hash() }
    expect((await answered('config.preview', params)).payload).toMatchObject({
      valid: true,
      changes: [{ path: 'cron.enabled', before: true, after: false }],
      reload: { hot: ['cron.enabled'] },
    })
    expect(staged.live.config.cron.enabled).toBe(true)
    expect((await answered('config.rollback', params)).payload).toMatchObject({ ok: true, changed: ['cron.enabled'] })
    expect(staged.live.config.cron.enabled).toBe(false)
    expect((await staged.source.read()).parsed).toEqual(was)
  })

  it('a version that is gone is refused by its id', async () => {
    await openWithPast()
    const response = await answered('config.rollback', { version: 'gone', baseHash: await hash() })
    expect(response.error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('gone') })
  })
})

describe('config.schema', () => {
  it('is JSON Schema, for admins', async () => {
    await open()
    const answer = await client.call('config.schema', {})
    expect(answer.schema.properties).toHaveProperty('gateway')
    expect(answer).toMatchObject({ version: expect.any(String), generatedAt: expect.any(String) })
    expect(answer.uiHints).toMatchObject({
      'gateway.auth.token': { sensitive: true },
      'channels.telegram.accounts.*.botToken': { sensitive: true },
    })
    expect(answer.uiHints).not.toHaveProperty('gateway.port')
    expect(answer.schema.properties.gateway.properties.auth.properties.token.writeOnly).toBe(true)
    const reader = await staged.stage.join({ scopes: ['operator.read'] })
    expect((await reader.request('config.schema', {})).ok).toBe(false)
  })
})

describe('config.text', () => {
  it('shows admins the text of a file that cannot be used, without secrets', async () => {
    await open()
    await staged.save(JSON.stringify({ gateway: { port: 'many', auth: { token: 'a-token-of-the-file' } } }))
    const { text, hash: told } = await client.call('config.text', {})
    expect(told).toBe(await hash())
    expect(text).toContain('many')
    expect(text).not.toContain('a-token-of-the-file')
    const reader = await staged.stage.join({ scopes: ['operator.read'] })
    expect((await reader.request('config.text', {})).ok).toBe(false)
  })

  it('shows nothing where secrets cannot be told from the rest', async () => {
    await open()
    await staged.save('{ gateway: { auth: { token: "a-token')
    expect((await client.call('config.text', {})).text).toBeNull()
  })
})

describe('config.get', () => {
  it('shows the file as it stands, also one that cannot be used', async () => {
    await open()
    await staged.save(JSON.stringify({ gateway: { port: 'many' } }))
    const view = await client.call('config.get', {})
    expect(view).toMatchObject({ valid: false, config: {}, raw: null, parsed: null, resolved: {}, hash: await hash() })
    expect(view.issues[0]).toMatchObject({ path: 'gateway.port' })
    await staged.save({})
    expect((await client.call('config.get', {})).valid).toBe(true)
  })
})
