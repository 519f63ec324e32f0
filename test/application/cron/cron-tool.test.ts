import { afterEach, describe, expect, it } from 'vitest'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

let stage: GatewayStage

afterEach(() => stage.close())

async function settle() {
  for (let turn = 0; turn < 8; turn++) await stage.settle()
}

/** What the tool returned to an agent that an owner spoke to, or whoever has these scopes. */
async function returned(client: MemoryProtocolClient, params: object, sessionKey = 'main'): Promise<any> {
  const before = stage.runner.puppets.length
  const mine = () =>
    stage.runner.puppets.slice(before).filter(({ request }) => request.sessionKey === `agent:main:${sessionKey}`)
  await client.call('chat.send', { sessionKey, message: 'do it', idempotencyKey: `k${before}` })
  await settle()
  mine()[0]?.call('t1', 'cron', params).finish({ stopReason: 'toolUse' })
  await settle()
  const result = mine()[1]?.request.history.findLast(({ role }) => role === 'toolResult') as any
  mine()[1]?.say('done').finish()
  await settle()
  const text = result.content[0].text
  return result.isError === true ? text : JSON.parse(text)
}

describe('the tool cron', () => {
  it('adds a job for the conversation it is used in, changes, lists, runs and removes it', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    const job = await returned(client, { action: 'add', job: { schedule: { everyMs: 60_000 }, text: 'tea' } }, 'work')
    expect(job).toMatchObject({
      agentId: 'main',
      sessionKey: 'agent:main:work',
      name: 'tea',
      sessionTarget: 'main',
      payload: { kind: 'systemEvent', text: 'tea' },
    })
    const { id } = job
    expect((await returned(client, { action: 'list' })).jobs).toMatchObject([{ id }])
    expect(await returned(client, { action: 'update', id, patch: { enabled: false } })).toMatchObject({
      enabled: false,
    })
    expect((await returned(client, { action: 'list' })).jobs).toEqual([])
    expect((await returned(client, { action: 'list', includeDisabled: true })).jobs).toHaveLength(1)
    expect(await returned(client, { action: 'status' })).toMatchObject({ enabled: true, jobs: 1, nextWakeAtMs: null })
    expect(await returned(client, { action: 'run', id })).toMatchObject({ ok: true, ran: true })
    stage.runner.puppets
      .findLast(({ request }) => request.sessionKey === 'agent:main:work')
      ?.say('HEARTBEAT_OK')
      .finish()
    await settle()
    expect((await returned(client, { action: 'runs', id })).entries).toMatchObject([{ jobId: id, status: 'ok' }])
    expect(await returned(client, { action: 'remove', id })).toEqual({ ok: true, removed: true })
  })

  it('wakes the main session', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join()
    expect(await returned(client, { action: 'wake', text: 'look', mode: 'next-heartbeat' })).toMatchObject({ ok: true })
    expect((await client.call('status')).queuedSystemEvents).toEqual(['look'])
  })

  it.each([
    [{ action: 'add' }, 'add needs a job.'],
    [{ action: 'add', job: { schedule: { everyMs: 1000 } } }, 'The job is not understood: '],
    [
      { action: 'add', job: { schedule: { expr: 'x' }, text: 'x' } },
      'add failed: invalid cron.add params: at /schedule',
    ],
    [{ action: 'update', id: 'x' }, 'update needs an id and a patch.'],
    [{ action: 'update', id: 'x', patch: {} }, 'update failed: unknown cron job id: x.'],
    [{ action: 'remove' }, 'remove needs an id.'],
    [{ action: 'run' }, 'run needs an id.'],
    [{ action: 'wake' }, 'wake needs a text.'],
    [
      {
        action: 'add',
        job: { schedule: { everyMs: 1000 }, message: 'x', delivery: { mode: 'webhook', to: 'http://a.b' } },
      },
      'Jobs whose results go to a web server are made by people (mayros cron add).',
    ],
    [
      { action: 'update', id: 'x', patch: { delivery: { mode: 'webhook', to: 'http://a.b' } } },
      'Jobs whose results go to a web server are made by people (mayros cron edit).',
    ],
  ])('says what it needs: %j', async (params, told) => {
    stage = await GatewayStage.open()
    expect(await returned(await stage.join(), params)).toContain(told)
  })

  it('is for owners', async () => {
    stage = await GatewayStage.open()
    const client = await stage.join({ scopes: ['operator.write', 'operator.read'] })
    await client.call('chat.send', { sessionKey: 'main', message: 'x', idempotencyKey: 'k' })
    await settle()
    expect(stage.runner.puppets[0]?.request.tools?.map(({ name }) => name) ?? []).not.toContain('cron')
    stage.runner.puppets[0]?.say('x').finish()
    await settle()
  })
})
