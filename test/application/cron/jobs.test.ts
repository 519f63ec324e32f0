import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { type WebPost, WebPostFailure } from '../../../src/application/ports/web-posts.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { ChannelStage } from '../channels/channel-stage.js'

const MINUTE = 60_000
const CHECK = { name: 'check', schedule: { everyMs: 10 * MINUTE }, payload: { message: 'Anything new?' } }

/** What outlives a gateway. */
class Remains {
  readonly clock = new FakeClock()
  readonly store = new LastingStore()
  readonly jobs = new MemoryDocument()
  readonly runs = new MemoryDocument()
  readonly posts: WebPost[] = []
  postFailure: Error | null = null

  readonly module: Module = (bindings) => {
    bindings.constant(tokens.cronJobsDocument, this.jobs)
    bindings.constant(tokens.cronRunsDocument, this.runs)
    bindings.constant(tokens.webPosts, {
      post: async (post: WebPost) => {
        if (this.postFailure !== null) throw this.postFailure
        this.posts.push(post)
      },
    })
  }

  open(config: object = {}): Promise<GatewayStage> {
    return GatewayStage.open({ clock: this.clock, store: this.store, config, modules: [this.module] })
  }
}

let closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  closing = []
})

async function scene(config: object = {}, remains = new Remains()) {
  const stage = await remains.open(config)
  closing.push(() => stage.close())
  const client = await stage.join()
  const pass = async (ms: number) => {
    await stage.clock.advance(ms)
    for (let turn = 0; turn < 6; turn++) await stage.settle()
  }
  const job = async (id: string) =>
    (await client.call('cron.list', { includeDisabled: true })).jobs.find((one: { id: string }) => one.id === id)
  return { stage, client, pass, job, remains }
}

const told = (client: MemoryProtocolClient) => client.events('cron').map(({ payload }) => payload)

describe('a job', () => {
  it('runs when its time comes, in a session of its own, and again', async () => {
    const { stage, client, pass, job } = await scene()
    stage.runner.onStage = (puppet) => puppet.say('nothing').finish()
    const added = await client.call('cron.add', CHECK)
    const start = stage.clock.now()
    expect(added).toMatchObject({ name: 'check', enabled: true, state: { nextRunAtMs: start + 10 * MINUTE } })
    await pass(10 * MINUTE - 1)
    expect(stage.runner.puppets).toEqual([])
    await pass(1)
    expect(stage.runner.puppets.map(({ request }) => request)).toMatchObject([
      {
        sessionKey: `agent:main:cron:${added.id}:run:${start + 10 * MINUTE}`,
        message: expect.stringMatching(/Anything new\?$/),
        extraSystemPrompt: expect.stringContaining(`"check" (${added.id})`),
      },
    ])
    expect((await job(added.id)).state).toEqual({
      nextRunAtMs: start + 20 * MINUTE,
      lastRunAtMs: start + 10 * MINUTE,
      lastRunStatus: 'ok',
      lastStatus: 'ok',
      lastDurationMs: 0,
      lastDelivered: false,
      lastDeliveryStatus: 'not-delivered',
      lastDeliveryError: 'nobody has written from a chat yet; the agent hears of it with its next turn',
    })
    await pass(10 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
    expect(told(client).map(({ action }: { action: string }) => action)).toEqual([
      'added',
      'started',
      'finished',
      'started',
      'finished',
    ])
    const { entries } = await client.call('cron.runs', { id: added.id })
    expect(entries).toHaveLength(2)
    expect(entries[0]).toEqual(told(client)[2])
    expect(entries[0]).toMatchObject({ status: 'ok', summary: 'nothing', runAtMs: start + 10 * MINUTE, durationMs: 0 })
    expect((await client.call('sessions.list', {})).sessions).toEqual([])
  })

  it('that nobody can be told of is mentioned to the agent', async () => {
    const { stage, client, pass } = await scene()
    stage.runner.onStage = (puppet) => puppet.say('two\nletters').finish()
    await client.call('cron.add', CHECK)
    await pass(10 * MINUTE)
    expect((await client.call('status')).queuedSystemEvents).toEqual(['Cron job check: two letters'])
  })

  it('keeps to one run at a time in its lane, unless more are allowed', async () => {
    const { stage, client, pass } = await scene({ cron: { maxConcurrentRuns: 2 } })
    for (const name of ['a', 'b', 'c']) await client.call('cron.add', { ...CHECK, name })
    await pass(10 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
    stage.runner.puppets[0]?.say('x').finish()
    await pass(0)
    expect(stage.runner.puppets).toHaveLength(3)
  })

  it('does not run twice at once, however long it takes', async () => {
    const { stage, client, pass } = await scene()
    const { id } = await client.call('cron.add', { ...CHECK, schedule: { everyMs: MINUTE } })
    await pass(5 * MINUTE)
    expect(stage.runner.puppets).toHaveLength(1)
    expect(await client.call('cron.run', { id })).toEqual({ ok: true, ran: false, reason: 'already-running' })
    stage.runner.puppets[0]?.say('x').finish()
    await pass(0)
    await pass(MINUTE)
    expect(stage.runner.puppets).toHaveLength(2)
  })

  it('that fails stays away for longer and longer', async () => {
    const { stage, client, pass, job } = await scene()
    stage.runner.onStage = (puppet) => puppet.fail(new Error('no luck'))
    const { id } = await client.call('cron.add', { ...CHECK, schedule: { everyMs: 5_000 } })
    await pass(5_000)
    const failedAt = stage.clock.now()
    expect((await job(id)).state).toMatchObject({ lastStatus: 'error', lastError: 'no luck', consecutiveErrors: 1 })
    expect((await job(id)).state.nextRunAtMs).toBe(failedAt + 30_000)
    await pass(30_000)
    expect((await job(id)).state).toMatchObject({ consecutiveErrors: 2, nextRunAtMs: stage.clock.now() + MINUTE })
  })

  it('ends when it takes too long', async () => {
    const { client, pass, job } = await scene()
    const { id } = await client.call('cron.add', { ...CHECK, payload: { message: 'x', timeoutSeconds: 30 } })
    await pass(10 * MINUTE)
    await pass(30_000)
    expect((await job(id)).state).toMatchObject({ lastStatus: 'error', lastDurationMs: 30_000 })
  })

  it('that runs once goes when it has run, and stays to be looked at when it has failed', async () => {
    const { stage, client, pass, job } = await scene()
    const at = new Date(stage.clock.now() + MINUTE).toISOString()
    const good = await client.call('cron.add', { schedule: { at }, message: 'good' })
    const bad = await client.call('cron.add', { schedule: { at }, message: 'bad' })
    const kept = await client.call('cron.add', { schedule: { at }, message: 'kept', deleteAfterRun: false })
    stage.runner.onStage = (puppet) => {
      if (puppet.request.message?.includes('bad')) puppet.fail(new Error('oops'))
      else puppet.say('x').finish()
    }
    await pass(MINUTE)
    expect(await job(good.id)).toBeUndefined()
    expect(await job(bad.id)).toMatchObject({ enabled: false, state: { lastError: 'oops' } })
    expect(await job(kept.id)).toMatchObject({ enabled: false, state: { lastStatus: 'ok' } })
    expect((await client.call('cron.runs', { id: good.id })).entries).toHaveLength(1)
    expect((await client.call('cron.runs', {})).entries).toHaveLength(3)
    expect((await client.call('cron.list', {})).jobs).toEqual([])
  })

  it('for the main session is an event that it looks at', async () => {
    const { stage, client, pass, job } = await scene()
    const { id } = await client.call('cron.add', { schedule: { everyMs: MINUTE }, text: 'the tea is ready' })
    await pass(MINUTE)
    expect(stage.runner.puppets[0]?.request).toMatchObject({
      sessionKey: 'agent:main:main',
      message: expect.stringMatching(/^System: the tea is ready\n\n/),
    })
    expect((await job(id)).state.runningAtMs).toBe(stage.clock.now())
    stage.runner.puppets[0]?.say('Drink your tea').finish()
    await pass(0)
    expect((await job(id)).state).toMatchObject({ lastStatus: 'ok', lastDeliveryStatus: 'not-requested' })
    expect(client.events('heartbeat').map(({ payload }) => payload)).toMatchObject([
      { status: 'sent', preview: 'Drink your tea' },
    ])
  })

  it('for the main session may wait for its next turn, and is skipped while heartbeats are off', async () => {
    const { stage, client, pass, job } = await scene()
    const later = await client.call('cron.add', {
      schedule: { everyMs: MINUTE },
      text: 'later',
      wakeMode: 'next-heartbeat',
    })
    await pass(MINUTE)
    expect(stage.runner.puppets).toEqual([])
    expect((await client.call('status')).queuedSystemEvents).toEqual(['later'])
    expect((await job(later.id)).state.lastStatus).toBe('ok')
    await client.call('cron.remove', { id: later.id })
    await client.call('set-heartbeats', { enabled: false })
    const now = await client.call('cron.add', { schedule: { everyMs: MINUTE }, text: 'now' })
    await pass(MINUTE)
    expect((await job(now.id)).state).toMatchObject({ lastStatus: 'skipped', lastError: 'disabled' })
  })

  it('may be switched off, each or all of them, also while the gateway runs', async () => {
    const { stage, client, pass, job } = await scene({ cron: { enabled: false } })
    const runs = () => stage.runner.puppets.filter(({ request }) => request.sessionKey?.includes(':cron:'))
    const { id } = await client.call('cron.add', CHECK)
    await pass(20 * MINUTE)
    expect(runs()).toEqual([])
    expect(await client.call('cron.status')).toMatchObject({
      enabled: false,
      reason: 'cron.enabled',
      jobs: 1,
      nextWakeAtMs: null,
    })
    const { live, hotReload } = { live: stage.gateway.get(tokens.live), hotReload: stage.gateway.get(tokens.hotReload) }
    const config = { ...live.config, cron: { ...live.config.cron, enabled: true } }
    hotReload.apply({ ...live.current, config }, [{ action: { name: 'cron' }, paths: ['cron.enabled'] }] as never, [])
    await pass(0)
    expect(runs()).toHaveLength(1)
    runs()[0]?.say('x').finish()
    await pass(0)
    expect((await client.call('cron.update', { id, patch: { enabled: false } })).state).not.toHaveProperty(
      'nextRunAtMs',
    )
    await pass(20 * MINUTE)
    expect(runs()).toHaveLength(1)
    const on = await client.call('cron.update', { id, patch: { enabled: true } })
    expect(on.state.nextRunAtMs).toBeGreaterThan(stage.clock.now())
    expect(await job(id)).toEqual(on)
  })
})

describe('jobs over restarts', () => {
  it('are there again; what was missed runs once', async () => {
    const remains = new Remains()
    const first = await scene({}, remains)
    const { id } = await first.client.call('cron.add', CHECK)
    await first.stage.close()
    await remains.clock.advance(60 * MINUTE)
    const second = await scene({}, remains)
    await second.pass(0)
    expect(second.stage.runner.puppets).toHaveLength(1)
    second.stage.runner.puppets[0]?.say('x').finish()
    await second.pass(0)
    expect((await second.job(id)).state).toMatchObject({ lastStatus: 'ok' })
    expect((await second.job(id)).state.nextRunAtMs).toBeGreaterThan(remains.clock.now())
  })

  it('hear how a run ended that a crash cut off, and do not run it again', async () => {
    const remains = new Remains()
    const first = await scene({}, remains)
    const { id } = await first.client.call('cron.add', CHECK)
    await first.pass(10 * MINUTE)
    expect(first.stage.runner.puppets).toHaveLength(1)
    const saved = await remains.jobs.read()
    // The process dies: nothing that its end writes reaches the next one.
    const crashed = new Remains()
    Object.assign(crashed, { clock: remains.clock, store: remains.store, jobs: new MemoryDocument(saved) })
    const second = await scene({}, crashed)
    await second.pass(0)
    expect(second.stage.runner.puppets).toEqual([])
    expect((await second.job(id)).state).toMatchObject({ lastStatus: 'error', consecutiveErrors: 1 })
    expect((await second.job(id)).state.lastError).toMatch(/restart|interrupted|stopped/)
    expect((await second.client.call('cron.runs', { id })).entries).toHaveLength(1)
  })

  it('tell the main session once, also when a crash cuts off its look at it', async () => {
    const remains = new Remains()
    const first = await scene({}, remains)
    const { id } = await first.client.call('cron.add', { schedule: { everyMs: MINUTE }, text: 'tea' })
    await first.pass(MINUTE)
    expect(first.stage.runner.puppets).toHaveLength(1)
    const crashed = new Remains()
    Object.assign(crashed, {
      clock: remains.clock,
      store: remains.store,
      jobs: new MemoryDocument(await remains.jobs.read()),
    })
    const second = await scene({}, crashed)
    await second.pass(0)
    expect(second.stage.runner.puppets).toEqual([])
    expect((await second.client.call('status')).queuedSystemEvents).toEqual([])
    expect((await second.job(id)).state).toMatchObject({ lastStatus: 'error', consecutiveErrors: 1 })
  })

  it('begin a run that was marked and never accepted', async () => {
    const remains = new Remains()
    const first = await scene({}, remains)
    const { id } = await first.client.call('cron.add', CHECK)
    await first.stage.close()
    const text = (await remains.jobs.read()) ?? ''
    const now = remains.clock.now()
    await remains.jobs.write(text.replace('"state": {', `"state": { "runningAtMs": ${now},`))
    const second = await scene({}, remains)
    second.stage.runner.puppets[0]?.say('x').finish()
    await second.pass(0)
    expect(second.stage.runner.puppets).toHaveLength(1)
    expect((await second.job(id)).state).toMatchObject({ lastStatus: 'ok', lastRunAtMs: now })
  })

  it('are left alone where they cannot be read', async () => {
    const remains = new Remains()
    await remains.jobs.write('{ "jobs": [{ "id": 1 }] }')
    const { client } = await scene({}, remains)
    expect((await client.call('cron.list', {})).jobs).toEqual([])
    const { ok, error } = await client.request('cron.add', CHECK)
    expect(ok).toBe(false)
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('job 1: at /id') })
    expect(await remains.jobs.read()).toBe('{ "jobs": [{ "id": 1 }] }')
  })

  it('forget the sessions of old runs, and keep how they ended', async () => {
    const remains = new Remains()
    const { stage, client, pass } = await scene({ cron: { sessionRetention: '2h' } }, remains)
    stage.runner.onStage = (puppet) => puppet.say('x').finish()
    const { id } = await client.call('cron.add', { ...CHECK, schedule: { everyMs: 60 * MINUTE } })
    await pass(60 * MINUTE)
    const { sessionKey, sessionId } = (await client.call('cron.runs', { id })).entries[0]
    expect(await remains.store.session(sessionKey)).not.toBeNull()
    for (let hour = 0; hour < 4; hour++) await pass(60 * MINUTE)
    expect(await remains.store.session(sessionKey)).toBeNull()
    expect(await remains.store.transcript(sessionId)).toEqual([])
    const [oldest] = (await client.call('cron.runs', { id })).entries
    expect(oldest).toMatchObject({ summary: 'x' })
    expect(oldest).not.toHaveProperty('sessionKey')
  })
})

describe('cron.run', () => {
  it('answers when the run is recorded, and with its end', async () => {
    const { stage, client, pass } = await scene()
    const { id } = await client.call('cron.add', CHECK)
    const answer = client.request('cron.run', { jobId: id })
    await pass(0)
    const runId = `cron-${id}-${stage.clock.now()}`
    expect(client.frames.at(-1)).not.toMatchObject({ payload: { status: 'ok' } })
    expect(client.frames.find(({ payload }) => payload?.status === 'accepted')).toMatchObject({
      ok: true,
      payload: { ok: true, ran: true, runId },
    })
    stage.runner.puppets[0]?.say('done').finish()
    await pass(0)
    await answer
    expect(client.frames.findLast(({ payload }) => payload?.runId === runId)?.payload).toEqual({
      ok: true,
      ran: true,
      runId,
      status: 'ok',
      durationMs: 0,
      summary: 'done',
      deliveryStatus: 'not-delivered',
    })
  })

  it('tells of a failure as agent does', async () => {
    const { stage, client, pass } = await scene()
    stage.runner.onStage = (puppet) => puppet.fail(new Error('no luck'))
    const { id } = await client.call('cron.add', CHECK)
    void client.request('cron.run', { id })
    await pass(0)
    expect(client.frames.findLast(({ ok }) => ok === false)).toMatchObject({
      error: { code: 'UNAVAILABLE', message: 'no luck' },
      payload: { status: 'error', summary: 'no luck' },
    })
  })

  it('with mode due leaves alone what is not due, and what is not there', async () => {
    const { client } = await scene()
    const { id } = await client.call('cron.add', CHECK)
    expect(await client.call('cron.run', { id, mode: 'due' })).toEqual({ ok: true, ran: false, reason: 'not-due' })
    expect((await client.request('cron.run', { id: 'nope' })).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'unknown cron job id: nope',
    })
    expect((await client.request('cron.run', {})).error.message).toContain('id is required')
  })
})

describe('what is asked of a job', () => {
  it.each([
    [{ schedule: { expr: '61 * * * *' } }, 'at /schedule: "61 * * * *" is no cron expression'],
    [{ schedule: { expr: '* * *' } }, 'at /schedule: "* * *" has 3 fields'],
    [{ schedule: { expr: '0 7 * * *', tz: 'Nowhere/Land' } }, 'at /schedule: "Nowhere/Land" is no time zone'],
    [{ schedule: { at: '2001-01-01' } }, 'at /schedule/at: 2001-01-01 is in the past'],
    [{ agentId: 'nobody' }, 'at /agentId: there is no agent "nobody"'],
    [{ payload: { message: 'x', model: 'no/model' } }, 'at /payload/model: '],
    [{ sessionTarget: 'main' }, 'at /payload/kind: '],
    [{ extra: true }, "unexpected property 'extra'"],
  ])('is refused with the field: %j', async (fields, told) => {
    const { client } = await scene()
    const { error } = await client.request('cron.add', { ...CHECK, ...fields })
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(told) })
    expect((await client.call('cron.list', { includeDisabled: true })).jobs).toEqual([])
  })

  it('may change later, part by part', async () => {
    const { stage, client } = await scene()
    const { id } = await client.call('cron.add', CHECK)
    const changed = await client.call('cron.update', {
      id,
      patch: {
        name: 'other',
        schedule: { everyMs: MINUTE },
        payload: { kind: 'agentTurn', thinking: 'low' },
        delivery: null,
      },
    })
    expect(changed).toMatchObject({
      name: 'other',
      payload: { message: 'Anything new?', thinking: 'low' },
      state: { nextRunAtMs: stage.clock.now() + MINUTE },
    })
    expect(changed).not.toHaveProperty('delivery')
    const bad = await client.request('cron.update', { id, patch: { payload: { kind: 'systemEvent' } } })
    expect(bad.error.message).toMatch(/^invalid cron.update params: at \/payload\/text/)
    expect((await client.request('cron.update', { id: 'x', patch: {} })).error.message).toBe('unknown cron job id: x')
    expect(await client.call('cron.remove', { id })).toEqual({ ok: true, removed: true })
    expect(await client.call('cron.remove', { id })).toEqual({ ok: true, removed: false })
    expect(told(client).map(({ action }: { action: string }) => action)).toEqual(['added', 'updated', 'removed'])
  })

  it('can be looked at before', async () => {
    const { stage, client } = await scene()
    const now = stage.clock.now()
    const { times } = await client.call('cron.preview', { schedule: { everyMs: MINUTE }, count: 2 })
    expect(times).toEqual([now + MINUTE, now + 2 * MINUTE])
    expect((await client.request('cron.preview', { schedule: { expr: 'x' } })).error.message).toContain(
      'at /schedule: ',
    )
  })

  it('is for administrators to say', async () => {
    const { stage, client } = await scene()
    const reader = await stage.join({ scopes: ['operator.read'] })
    const { id } = await client.call('cron.add', CHECK)
    expect((await reader.call('cron.list', {})).jobs).toHaveLength(1)
    const delivery = { mode: 'webhook', to: 'https://hooks.example.org/T0/secret' }
    await client.call('cron.update', { id, patch: { delivery } })
    expect((await reader.call('cron.list', {})).jobs[0].delivery.to).toBe('https://hooks.example.org')
    expect((await client.call('cron.list', {})).jobs[0].delivery.to).toBe(delivery.to)
    for (const [method, params] of [
      ['cron.add', CHECK],
      ['cron.update', { id, patch: {} }],
      ['cron.remove', { id }],
      ['cron.run', { id }],
    ] as const) {
      expect((await reader.request(method, params)).error.message).toBe('missing scope: operator.admin')
    }
  })

  it('is durable before it is answered', async () => {
    const remains = new Remains()
    const { client } = await scene({}, remains)
    const { id } = await client.call('cron.add', CHECK)
    expect(await remains.jobs.read()).toContain(id)
    remains.jobs.write = () => Promise.reject(new Error('disk full'))
    const { error } = await client.request('cron.add', { ...CHECK, name: 'second' })
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the job could not be saved: disk full',
      retryable: true,
    })
    expect((await client.call('cron.list', {})).jobs).toHaveLength(1)
  })
})

describe('the result of a job', () => {
  const config = { channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } } }
  let stage: ChannelStage

  afterEach(() => stage.close())

  async function chat(remains = new Remains()) {
    stage = await ChannelStage.open({ config, modules: [remains.module] })
    return { client: await stage.stage.join(), remains }
  }

  it('is sent to the chat that wrote last, and stands in its conversation', async () => {
    const { client } = await chat()
    await stage.channel.write({ text: 'hello' })
    await stage.settle()
    const { id } = await client.call('cron.add', CHECK)
    await stage.pass(10 * MINUTE)
    const answer = 'You said: Anything new?'
    expect(stage.texts).toEqual(['You said: hello', answer])
    expect(stage.channel.room.shown[1]?.place).toEqual({ kind: 'direct', chatId: 'alice' })
    const { messages } = await client.call('chat.history', { sessionKey: 'main' })
    expect(JSON.stringify(messages.at(-1))).toContain('Anything new?')
    expect((await client.call('cron.runs', { id })).entries[0]).toMatchObject({
      delivered: true,
      deliveryStatus: 'delivered',
    })
  })

  it('is sent to the chat that the job names', async () => {
    const { client } = await chat()
    const delivery = { mode: 'announce', channel: 'irc', to: '#ops' }
    await client.call('cron.add', { ...CHECK, delivery })
    await stage.pass(10 * MINUTE)
    expect(stage.channel.room.shown.map(({ place }) => place.chatId)).toEqual(['ops'])
  })

  it('that does not arrive makes the job fail, unless that does not matter', async () => {
    const { client } = await chat()
    const delivery = { mode: 'announce', channel: 'matrix', to: '#ops' }
    const hard = await client.call('cron.add', { ...CHECK, delivery })
    const soft = await client.call('cron.add', { ...CHECK, delivery: { ...delivery, bestEffort: true } })
    await stage.pass(10 * MINUTE)
    const { jobs } = await client.call('cron.list', {})
    const of = (id: string) => jobs.find((job: { id: string }) => job.id === id).state
    expect(of(hard.id)).toMatchObject({
      lastStatus: 'error',
      lastDeliveryStatus: 'not-delivered',
      lastDelivered: false,
    })
    expect(of(hard.id).lastError).toContain('unsupported channel: matrix')
    expect(of(soft.id)).toMatchObject({ lastStatus: 'ok', lastDeliveryStatus: 'not-delivered' })
  })

  it('may go to a web server, with the token of the configuration', async () => {
    const remains = new Remains()
    stage = await ChannelStage.open({
      config: { ...config, cron: { webhookToken: 'sesame' } },
      modules: [remains.module],
    })
    const client = await stage.stage.join()
    const delivery = { mode: 'webhook', to: 'https://example.org/in?key=1' }
    const { id } = await client.call('cron.add', { ...CHECK, delivery })
    await stage.pass(10 * MINUTE)
    expect(remains.posts).toMatchObject([{ url: delivery.to, token: 'sesame' }])
    expect(JSON.parse(remains.posts[0]?.body ?? '')).toMatchObject({ jobId: id, action: 'finished', status: 'ok' })
    remains.postFailure = new WebPostFailure('web-post-refused', 'https://example.org answered with status 500')
    await stage.pass(10 * MINUTE)
    expect((await client.call('cron.list', {})).jobs[0].state).toMatchObject({
      lastStatus: 'error',
      lastError: 'the result was not delivered: https://example.org answered with status 500',
    })
  })

  it('to which nothing is to be said stays where it is', async () => {
    const remains = new Remains()
    stage = await ChannelStage.open({
      config,
      modules: [remains.module],
      runner: {
        models: () => [],
        async *answer() {
          yield { type: 'text', delta: 'HEARTBEAT_OK' }
          yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'x' }
        },
      },
    })
    const client = await stage.stage.join()
    const { id } = await client.call('cron.add', {
      ...CHECK,
      delivery: { mode: 'announce', channel: 'irc', to: '#ops' },
    })
    await stage.pass(10 * MINUTE)
    expect(stage.texts).toEqual([])
    expect((await client.call('cron.runs', { id })).entries[0]).toMatchObject({ deliveryStatus: 'not-requested' })
  })
})
