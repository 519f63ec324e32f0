import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayRunOptions } from '../../src/adapters/cli-commander/cli-deps.js'
import { WsGatewayClient } from '../../src/adapters/client-ws/ws-gateway-client.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import type { OpenLog } from '../../src/adapters/log-pino/open-pino-log.js'
import type { ConfigReading } from '../../src/application/ports/config-source.js'
import { judgeConfig } from '../../src/bootstrap/judge-config.js'
import { listenFor, ProcessHost, type ProcessWorld } from '../../src/bootstrap/process-host.js'

const FIRST = { gateway: { mode: 'local', auth: { token: 'first-token' } } }
const FAREWELL = { reason: 'over', restartExpectedMs: null, runGraceMs: 0, ending: 'shutdown' } as const

let directory: string
let host: ProcessHost
let states: string[]
/** Log levels with which no instance can start. */
let impossible: Set<string>
let log: MemoryLog

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mayros-host-'))
  states = []
  impossible = new Set()
  log = new MemoryLog()
  const open = {
    log,
    reader: log,
    file: '',
    addSecrets: () => undefined,
    adjust: ({ level }: { level?: string }) => {
      if (level !== undefined && impossible.has(level)) throw new Error(`no start with ${level}`)
    },
  } as unknown as OpenLog
  const environment = {
    home: directory,
    stateDir: directory,
    configPath: join(directory, 'mayros.json'),
    profile: null,
    defaultPort: 0,
    notes: [],
    variables: { MAYROS_ENGINE: 'ws' },
  }
  const options = { environment, port: 0, allowUnconfigured: true } as unknown as GatewayRunOptions
  const history = { keepGood: async () => undefined }
  const world = {
    options,
    source: new MemoryConfigSource(FIRST),
    history,
    open,
    clock: new SystemClock(),
    processToken: undefined,
    reload: () => null,
    stateChanged: async (state: string) => void states.push(state),
  } as unknown as ProcessWorld
  const judged = judgeConfig(options, await readingOf(FIRST))
  host = new ProcessHost(world, await listenFor(options, judged.plan.endpoints), judged)
  await host.start()
})

afterEach(async () => {
  await host.stop(FAREWELL)
  await host.listening.listener.stop()
  await rm(directory, { recursive: true, force: true })
})

function readingOf(config: object): Promise<ConfigReading> {
  return new MemoryConfigSource(config).read()
}

function connect(token: string) {
  const endpoint = host.listening.listener.endpoints[0] as { port: number }
  return WsGatewayClient.connect({
    url: `ws://127.0.0.1:${endpoint.port}`,
    token,
    device: temporaryDeviceIdentity(),
    scopes: ['operator.read'],
    client: { id: 'test', version: '1', platform: 'linux', mode: 'test' },
  })
}

const withToken = (token: string, more: object = {}) => ({ gateway: { mode: 'local', auth: { token } }, ...more })

describe('a restart in process', () => {
  it('builds a new instance on the same port', async () => {
    const before = host.listening.listener.endpoints
    const client = await connect('first-token')
    expect(await host.restart(await readingOf(withToken('second-token')), 'test')).toEqual({ kind: 'restarted' })
    expect((await client.closed).code).toBe(1012)
    expect(host.listening.listener.endpoints).toEqual(before)
    await expect(connect('first-token')).rejects.toMatchObject({ code: 'unauthorized' })
    await (await connect('second-token')).close()
    expect(states).toEqual(['restarting', 'running'])
  })

  it('that does not come up goes back to what ran before, and a client is served again', async () => {
    impossible.add('trace')
    const next = await readingOf(withToken('second-token', { logging: { level: 'trace' } }))
    expect(await host.restart(next, 'test')).toEqual({ kind: 'rolled-back', reason: 'no start with trace' })
    await (await connect('first-token')).close()
    expect(host.judged.config.logging.level).not.toBe('trace')
    expect(states).toEqual(['restarting', 'running'])
  })

  it('goes back with every hot change since the start: who was shut out stays shut out', async () => {
    const changed = await readingOf(withToken('second-token'))
    const { live, hotReload } = host.instance
    const { current } = live
    if (changed.config === null) throw new Error('the second configuration is not valid')
    const secret = { ...current.secret, token: 'second-token' }
    hotReload.apply({ ...current, config: changed.config, secret, hash: changed.hash }, [])
    impossible.add('trace')
    const next = await readingOf(withToken('third-token', { logging: { level: 'trace' } }))
    expect((await host.restart(next, 'test')).kind).toBe('rolled-back')
    await expect(connect('first-token')).rejects.toMatchObject({ code: 'unauthorized' })
    await (await connect('second-token')).close()
    expect(host.instance.live.current.hash).toBe(changed.hash)
  })

  it('is not even begun with a configuration that no gateway may start with', async () => {
    const client = await connect('first-token')
    const outcome = await host.restart(await readingOf({ gateway: { bind: 'lan', auth: { mode: 'none' } } }), 'test')
    expect(outcome.kind).toBe('rolled-back')
    expect(states).toEqual([])
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
    await client.close()
  })
})

describe('preflight', () => {
  it('finds nothing wrong with what could start, and changes nothing', async () => {
    expect(await host.preflight(await readingOf(withToken('second-token')))).toBeNull()
    await (await connect('first-token')).close()
  })

  it('tells why a gateway could not start', async () => {
    const told = await host.preflight(await readingOf({ gateway: { bind: 'lan', auth: { mode: 'none' } } }))
    expect(told).toMatch(/without auth|Config invalid/)
    expect(await host.preflight(await readingOf({ gateway: { port: 'many' } }))).toMatch(/Config invalid/)
  })
})
