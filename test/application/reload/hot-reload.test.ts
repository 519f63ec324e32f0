import { afterEach, describe, expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { ReloadStage } from '../../doubles/reload-stage.js'

let staged: ReloadStage

afterEach(() => staged.close())

/** Everything clients can ask for that depends on the configuration. */
async function seenBy(stage: ReloadStage, token: string): Promise<Record<string, unknown>> {
  const client = await stage.stage.knock()
  const hello = await client.connect({ token })
  await stage.stage.clock.advance(5_000)
  const health = await client.call('health')
  const { snapshot, features } = hello.payload
  const agents = await client.call('agents.list')
  const seen = {
    authMode: snapshot.authMode,
    sessionDefaults: snapshot.sessionDefaults,
    features,
    agents,
    models: await client.call('models.list'),
    sessions: (await client.call('sessions.list', {})).sessions,
    defaults: (await client.call('sessions.list', {})).defaults,
    status: { ...(await client.call('status')), queuedSystemEvents: [] },
    skills: await client.call('skills.status', {}),
    files: await client.call('agents.files.list', { agentId: agents.defaultId }),
    health: { agents: health.agents, defaultAgentId: health.defaultAgentId },
    config: (await client.call('config.get', {})).config,
  }
  client.raw.close(1000, 'done')
  await stage.stage.settle()
  return seen
}

/** A provider that nobody asks anything: the answers are spoken by the test. */
const PROVIDERS = {
  providers: {
    test: {
      api: 'openai-completions',
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: 'key',
      models: [{ id: 'old' }, { id: 'new' }],
    },
  },
}

const CONFIGS: Readonly<Record<string, object>> = {
  agents: {
    agents: {
      list: [
        { id: 'ops', name: 'Ops' },
        { id: 'main', default: true, name: 'Main' },
      ],
    },
  },
  'another default agent': { agents: { list: [{ id: 'ops', default: true }, { id: 'main' }] } },
  'another workspace': { agents: { defaults: { workspace: '/tmp/somewhere' } } },
  'a model': { models: PROVIDERS, agents: { defaults: { model: 'test/new', contextTokens: 1_000 } } },
  scope: { session: { scope: 'global' } },
  token: { gateway: { auth: { token: 'another-token' } } },
  password: { gateway: { auth: { mode: 'password', password: 'a-password' } } },
  logging: { logging: { level: 'warn' } },
}

describe('after a hot change', () => {
  it.each(Object.keys(CONFIGS))('clients see what they would see after a fresh start: %s', async (name) => {
    const config = CONFIGS[name] as { gateway?: { auth?: { token?: string; mode?: string } } }
    staged = await ReloadStage.open()
    const token = config.gateway?.auth?.token ?? 'a-token'
    await seenBy(staged, 'a-token')
    await staged.save(config)
    expect(staged.host.restarts).toEqual([])
    expect(staged.said).toEqual([expect.stringMatching(/^info config reload: applied/)])
    if (config.gateway?.auth?.mode === 'password') {
      const { response } = await staged.stage.refused({ token })
      expect(response.error.details.code).toBe('AUTH_PASSWORD_MISSING')
      return
    }
    const hot = await seenBy(staged, token)
    await staged.close()
    staged = await ReloadStage.open({ config })
    staged.live.replace({
      ...staged.live.current,
      secret: { mode: 'token', token },
    })
    expect(hot).toEqual(await seenBy(staged, token))
  })

  it('a run that is under way goes on, the next one is asked of the new model', async () => {
    staged = await ReloadStage.open({
      config: { models: PROVIDERS, agents: { defaults: { model: 'test/old' } } },
    })
    const client = await staged.stage.join()
    client.send('agent', { message: 'one', idempotencyKey: 'r1', sessionKey: 'main' })
    await staged.stage.settle()
    await staged.save({ models: PROVIDERS, agents: { defaults: { model: 'test/new' } } })
    staged.stage.runner.of('one').say('done').finish()
    await client.event('chat', ({ payload }) => payload.runId === 'r1' && payload.state === 'final')
    client.send('agent', { message: 'two', idempotencyKey: 'r2', sessionKey: 'main' })
    await staged.stage.settle()
    expect(staged.stage.runner.of('one').request.model.model).toBe('old')
    expect(staged.stage.runner.of('two').request.model.model).toBe('new')
    staged.stage.runner.of('two').say('done').finish()
  })

  it('more runs may be under way at once, and fewer start where the limit went down', async () => {
    staged = await ReloadStage.open({ config: { agents: { defaults: { maxConcurrent: 1 } } } })
    const client = await staged.stage.join()
    const order = (key: string) =>
      client.send('agent', { message: key, idempotencyKey: key, sessionKey: `agent:main:${key}` })
    for (const key of ['a', 'b', 'c']) order(key)
    await staged.stage.settle()
    expect(staged.stage.runner.messages).toEqual(['a'])
    await staged.save({ agents: { defaults: { maxConcurrent: 2 } } })
    expect(staged.stage.runner.messages).toEqual(['a', 'b'])
    await staged.save({ agents: { defaults: { maxConcurrent: 1 } } })
    staged.stage.runner.of('a').say('x').finish()
    await staged.stage.settle()
    expect(staged.stage.runner.messages).toEqual(['a', 'b'])
    staged.stage.runner.of('b').say('x').finish()
    await staged.stage.settle()
    expect(staged.stage.runner.messages).toEqual(['a', 'b', 'c'])
    staged.stage.runner.of('c').say('x').finish()
  })

  it('the log takes over its levels', async () => {
    const levels: string[] = []
    staged = await ReloadStage.open({
      modules: [(bindings) => bindings.constant(tokens.adjustLog, (config) => void levels.push(config.logging.level))],
    })
    await staged.save({ logging: { level: 'debug' } })
    expect(levels).toEqual(['debug'])
  })
})

describe('a changed secret', () => {
  it('closes who came in with the old one, with 1008 and the reason, and nobody else', async () => {
    staged = await ReloadStage.open()
    const old = await staged.stage.join()
    await staged.save({ gateway: { auth: { token: 'new-token' } } })
    expect(await old.raw.closed).toMatchObject({ code: 1008, reason: 'unauthorized: gateway token changed' })
    const fresh = await staged.stage.join({ token: 'new-token' })
    expect((await staged.stage.refused({ token: 'a-token' })).closure.code).toBe(1008)
    await staged.save({ gateway: { auth: { token: 'new-token' }, trustedProxies: ['10.0.0.1'] } })
    expect(staged.said.at(-1)).toBe('info config reload: applied (gateway.trustedProxies: auth)')
    expect((await fresh.call('health')).ok).toBe(true)
  })

  it('a mode that wants a password closes who showed a token', async () => {
    staged = await ReloadStage.open()
    const old = await staged.stage.join()
    await staged.save({ gateway: { auth: { mode: 'password', password: 'a-password' } } })
    expect(await old.raw.closed).toMatchObject({ code: 1008, reason: 'unauthorized: gateway password changed' })
    const fresh = await staged.stage.knock()
    expect((await fresh.connect({ password: 'a-password' })).ok).toBe(true)
  })

  it('a change of anything else closes nobody', async () => {
    staged = await ReloadStage.open()
    const client = await staged.stage.join()
    await staged.save({ agents: { list: [{ id: 'main' }, { id: 'ops' }] }, logging: { level: 'debug' } })
    expect((await client.call('agents.list')).agents).toHaveLength(2)
  })
})

describe('an action that fails', () => {
  it('is reported, does not undo the others, and is tried again with the next reload', async () => {
    let isBroken = true
    const adjusted: string[] = []
    staged = await ReloadStage.open({
      modules: [
        (bindings) =>
          bindings.constant(tokens.adjustLog, (config) => {
            if (isBroken) throw new Error('disk full')
            adjusted.push(config.logging.level)
          }),
      ],
    })
    await staged.save({ logging: { level: 'debug' }, agents: { list: [{ id: 'ops' }] } })
    expect(staged.reload.health.lastErrors).toEqual({ log: 'disk full' })
    expect(staged.stage.gateway.get(tokens.agents).defaultAgent.id).toBe('ops')
    isBroken = false
    await staged.save({ logging: { level: 'debug' }, agents: { list: [{ id: 'dev' }] } })
    expect(staged.reload.health.lastErrors).toEqual({})
    expect(adjusted).toEqual(['debug'])
  })
})
