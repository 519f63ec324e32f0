import { afterEach, describe, expect, it } from 'vitest'
import { type AccountFacts, accountStateOf } from '../../../src/adapters/cli-commander/render/channels.js'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function stage(accounts: Record<string, readonly object[]>, asked: unknown[] = []): Promise<CliStage> {
  const order = Object.keys(accounts)
  const server = await GatewayDouble.start({
    token: 's3cret',
    methods: answering({
      'channels.status': (params) => {
        asked.push(params)
        return {
          ts: Date.now(),
          channelOrder: order,
          channelLabels: {},
          channels: {},
          channelAccounts: accounts,
          channelDefaultAccountId: {},
        }
      },
    }),
  })
  cleanups.push(() => server.stop())
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' } })
}

const CONNECTED = { accountId: 'default', enabled: true, configured: true, running: true, connected: true }

describe('mayros channels status', () => {
  it('shows every account, and fails when one that should work does not', async () => {
    const now = Date.now()
    const cli = await stage({
      telegram: [
        {
          ...CONNECTED,
          self: '@mybot',
          probe: { ok: true, latencyMs: 182 },
          dmPolicy: 'pairing',
          pairingWaiting: 1,
          groupPolicy: 'allowlist',
          lastInboundAt: now - 120_500,
          lastOutboundAt: now - 60_500,
        },
      ],
      irc: [
        {
          accountId: 'ops',
          running: true,
          connected: false,
          reconnectAttempts: 3,
          nextAttemptAt: now + 20_000,
          lastError: 'nick in use',
        },
      ],
      slack: [{ accountId: 'default', enabled: false }],
    })
    const { exitCode, stdout } = await cli.run('channels', 'status', '--probe')
    expect(exitCode).toBe(1)
    expect(stdout.split('\n')).toEqual([
      'telegram/default  connected   probe ok 182 ms  @mybot  dm pairing (1 waiting)  groups allowlist  in 2m ago, out 1m ago',
      expect.stringMatching(/^irc\/ops {11}connecting {2}attempt 3, next in (19|20) s {2}last error: nick in use$/),
      'slack/default     disabled',
      '',
    ])
  })

  it('asks the networks only when told to', async () => {
    const asked: unknown[] = []
    const cli = await stage({ irc: [CONNECTED] }, asked)
    expect((await cli.run('channels', 'status')).exitCode).toBe(0)
    expect((await cli.run('channels', 'status', '--probe', '--timeout', '3000', '--json')).exitCode).toBe(0)
    expect(asked).toEqual([{}, { probe: true, timeoutMs: 3000 }])
  })

  it('tells programs the state of each account', async () => {
    const document = JSON.parse((await (await stage({ irc: [CONNECTED] })).run('channels', 'status', '--json')).stdout)
    expect(document).toMatchObject({
      ok: true,
      channelOrder: ['irc'],
      channelAccounts: { irc: [{ state: 'connected' }] },
    })
  })

  it('shows what is configured where no gateway runs', async () => {
    const source = new MemoryConfigSource({ channels: { irc: { host: 'irc.test', accounts: { a: {}, b: {} } } } })
    const cli = new CliStage({
      hints: { port: 1 },
      openConfig: async () => ({ source, history: {} as never, parseValue: () => null }),
    })
    const { exitCode, stdout } = await cli.run('channels', 'status')
    expect(exitCode).toBe(3)
    expect(stdout.split('\n')).toEqual([
      'no gateway: showing the config only',
      'irc/a  stopped  dm pairing  groups allowlist',
      'irc/b  stopped  dm pairing  groups allowlist',
      '',
    ])
    const json = new CliStage({
      hints: { port: 1 },
      openConfig: async () => ({ source, history: {} as never, parseValue: () => null }),
    })
    expect(JSON.parse((await json.run('channels', 'status', '--json')).stdout)).toMatchObject({
      ok: false,
      gateway: null,
    })
  })

  it.each([
    [{ enabled: false, connected: true }, 'disabled'],
    [{ configured: false }, 'not configured'],
    [{ connected: true, running: true }, 'connected'],
    [{ running: true }, 'connecting'],
    [{ running: true, lastError: 'refused', reconnectAttempts: 1 }, 'connecting'],
    [{ running: true, lastError: 'invalid_auth' }, 'failed'],
    [{ running: false, lastError: 'invalid_auth' }, 'failed'],
    [{ running: false }, 'stopped'],
  ] as const)('%j is %s', (facts, state) => {
    expect(accountStateOf({ accountId: 'a', ...facts } as AccountFacts)).toBe(state)
  })
})
