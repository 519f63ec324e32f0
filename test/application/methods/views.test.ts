import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../../src/adapters/channel-memory/memory-channel.js'
import type { Channel } from '../../../src/application/ports/channel.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

const config = {
  models: { providers: { acme: { baseUrl: 'http://127.0.0.1:9/v1', models: [{ id: 'one' }] } } },
  agents: {
    defaults: { model: 'acme/std', contextTokens: 1_000 },
    list: [
      { id: 'ops', name: 'Ops' },
      { id: 'Main', default: true, identity: { name: 'May', emoji: '🦊' } },
    ],
  },
}

function channel(accountId: string, probe: Channel['probe'], overrides: Partial<Channel> = {}): Channel {
  return Object.assign(new MemoryChannel({ id: 'irc', label: 'IRC', accountId }), {
    status: () => ({ accountId, enabled: true, configured: true, running: true, connected: accountId === 'a' }),
    probe,
    ...overrides,
  })
}

describe('what the gateway shows', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  beforeEach(async () => {
    const channels = [
      channel('a', async () => ({ ok: true, latencyMs: 5 })),
      channel('b', () => new Promise(() => undefined)),
      channel('c', async () => {
        throw new Error('no route')
      }),
    ]
    stage = await GatewayStage.open({ config, modules: [(bindings) => bindings.constant(tokens.channels, channels)] })
    client = await stage.join()
  })

  afterEach(() => stage.close())

  it('are agents, the default one first', async () => {
    expect(await client.call('agents.list')).toEqual({
      defaultId: 'main',
      mainKey: 'main',
      scope: 'per-sender',
      agents: [
        { id: 'main', identity: { name: 'May', emoji: '🦊' } },
        { id: 'ops', name: 'Ops' },
      ],
    })
  })

  it.each([
    [{}, { agentId: 'main', name: 'May', avatar: '🦊', emoji: '🦊' }],
    [{ agentId: 'OPS' }, { agentId: 'ops', name: 'Ops', avatar: 'A' }],
    [{ sessionKey: 'agent:ops:x' }, { agentId: 'ops', name: 'Ops', avatar: 'A' }],
    [{ sessionKey: 'anything' }, { agentId: 'main', name: 'May', avatar: '🦊', emoji: '🦊' }],
    [{ agentId: 'nobody' }, { agentId: 'nobody', name: 'Assistant', avatar: 'A' }],
  ])('is the identity for %j', async (params, identity) => {
    expect(await client.call('agent.identity.get', params)).toEqual(identity)
  })

  it.each([
    [{ sessionKey: 'agent:ops' }, 'invalid agent.identity.get params: malformed session key "agent:ops"'],
    [
      { sessionKey: 'agent:ops:x', agentId: 'main' },
      'invalid agent.identity.get params: agent "main" does not match session key agent "ops"',
    ],
  ])('is no identity for %j', async (params, message) => {
    expect((await client.request('agent.identity.get', params)).error).toEqual({ code: 'INVALID_REQUEST', message })
  })

  it("are the runner's models", async () => {
    expect(await client.call('models.list')).toEqual({ models: [{ id: 'puppet', name: 'Puppet', provider: 'test' }] })
  })

  it('are channels, each with its accounts', async () => {
    const status = await client.call('channels.status', { probe: false, timeoutMs: 8_000 })
    expect(status).toMatchObject({
      channelOrder: ['irc'],
      channelLabels: { irc: 'IRC' },
      channelMeta: [{ id: 'irc', label: 'IRC', detailLabel: 'IRC' }],
      channelDefaultAccountId: { irc: 'a' },
      channels: { irc: { accountId: 'a', connected: true } },
    })
    expect(status.channelAccounts.irc.map((account: any) => account.accountId)).toEqual(['a', 'b', 'c'])
    expect(status.channelAccounts.irc[0].probe).toBeUndefined()
  })

  it('are probes that end, also those of channels that do not', async () => {
    const id = client.send('channels.status', { probe: true, timeoutMs: 10 })
    await stage.clock.advance(1_000)
    const { payload } = await client.find((frame) => frame.id === id)
    expect(payload.channelAccounts.irc.map((account: any) => account.probe)).toEqual([
      { ok: true, latencyMs: 5 },
      { ok: false, latencyMs: 1_000, error: 'no answer within 1000 ms' },
      { ok: false, latencyMs: 0, error: 'no route' },
    ])
  })

  it('is a status in full for admins and without places and names for readers', async () => {
    await client.call('chat.send', { sessionKey: 'main', message: 'hi', idempotencyKey: 'k' })
    await stage.settle()
    stage.runner
      .of('hi')
      .say('x')
      .finish({ usage: { input: 100, output: 50, total: 250 } })
    await stage.settle()
    const full = await client.call('status')
    expect(full.sessions).toMatchObject({
      paths: ['memory'],
      count: 1,
      defaults: { model: 'std', contextTokens: 1_000 },
      recent: [
        {
          agentId: 'main',
          key: 'agent:main:main',
          kind: 'direct',
          totalTokens: 250,
          remainingTokens: 750,
          percentUsed: 25,
          flags: [],
        },
      ],
    })
    expect(full.channelSummary).toEqual(['IRC a: connected', 'IRC b: not connected', 'IRC c: not connected'])
    const reader = await stage.join({ scopes: ['operator.read'] })
    expect((await reader.call('status')).sessions).toEqual({
      paths: [],
      count: 1,
      defaults: { model: null, contextTokens: null },
      recent: [],
      byAgent: [
        { agentId: 'main', path: '[redacted]', count: 0, recent: [] },
        { agentId: 'ops', path: '[redacted]', count: 0, recent: [] },
      ],
    })
  })

  it.each<[string, object, object]>([
    ['cron.list', { includeDisabled: true }, { jobs: [] }],
    ['cron.status', {}, { enabled: true, jobs: 0, nextWakeAtMs: null }],
    ['node.list', {}, { nodes: [] }],
    ['device.pair.list', {}, { pending: [], paired: [] }],
    ['skills.status', {}, { skills: [] }],
    [
      'usage.cost',
      { startDate: '2026-01-01', endDate: '2026-01-02', mode: 'specific', utcOffset: 'UTC+0' },
      { daily: [], totals: { totalCost: 0 } },
    ],
    [
      'sessions.usage',
      {
        startDate: '2026-01-01',
        endDate: '2026-01-02',
        mode: 'specific',
        utcOffset: 'UTC+0',
        limit: 1_000,
        includeContextWeight: true,
      },
      { sessions: [], totals: { totalCost: 0 }, aggregates: { tools: {}, byModel: [], byProvider: [] } },
    ],
    ['exec.approvals.get', {}, { exists: false, file: { version: 1 } }],
    ['config.schema', {}, { schema: {}, uiHints: {} }],
    ['agents.files.list', { agentId: 'ops' }, { agentId: 'ops', files: expect.any(Array) }],
    ['sessions.list', { includeGlobal: true, includeUnknown: false, activeMinutes: 120, limit: 120 }, { sessions: [] }],
    ['chat.history', { sessionKey: 'main', limit: 200 }, { messages: [] }],
    ['logs.tail', { limit: 500, maxBytes: 250_000 }, { lines: expect.any(Array) }],
    ['last-heartbeat', {}, null as never],
  ])('is well formed where a view of the browser calls %s', async (name, params, answer) => {
    const payload = await client.call(name, params)
    if (answer === null) expect(payload).toBeNull()
    else expect(payload).toMatchObject(answer)
  })
})
