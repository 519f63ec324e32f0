import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { GatewayRunOptions } from '../../src/adapters/cli-commander/cli-deps.js'
import { WsGatewayClient } from '../../src/adapters/client-ws/ws-gateway-client.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import { temporaryDeviceIdentity } from '../../src/adapters/device-identity-file/file-device-identity.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import type { OpenLog } from '../../src/adapters/log-pino/open-pino-log.js'
import type { ConfigHistory } from '../../src/application/ports/config-history.js'
import type { ConfigReading } from '../../src/application/ports/config-source.js'
import { judgeConfig } from '../../src/bootstrap/judge-config.js'
import { listenFor } from '../../src/bootstrap/listen-for.js'
import { ProcessHost, type ProcessWorld } from '../../src/bootstrap/process-host.js'
import { CertificateAuthority } from '../doubles/certificate-authority.js'
import { occupy, release } from '../journeys/harness/occupied-port.js'

const FIRST = { gateway: { mode: 'local', auth: { token: 'first-token' } } }
const FAREWELL = { reason: 'over', restartExpectedMs: null, runGraceMs: 0, ending: 'shutdown' } as const

let directory: string
let host: ProcessHost
let states: string[]
/** Log levels with which no instance can start. */
let impossible: Set<string>
let log: MemoryLog
/** Whether a supervisor starts the process again. */
let mayHandOver: (isNeeded: boolean) => boolean

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
  const history = { keepGood: async () => undefined } as unknown as ConfigHistory
  mayHandOver = () => false
  const world: ProcessWorld = {
    options,
    source: new MemoryConfigSource(FIRST),
    history,
    open,
    clock: new SystemClock(),
    processToken: undefined,
    localPass: 'a-pass-for-this-machine',
    mayProxy: () => false,
    reload: () => null,
    stateChanged: async (state: string) => void states.push(state),
    handOver: (isNeeded: boolean) => mayHandOver(isNeeded),
  }
  const judged = judgeConfig(options, await readingOf(FIRST))
  host = new ProcessHost(world, await listenFor(world, judged.plan.endpoints), judged)
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

function connect(token: string, tlsFingerprint?: string) {
  const endpoint = host.listening.listener.endpoints[0] as { port: number }
  return WsGatewayClient.connect({
    url: `${tlsFingerprint === undefined ? 'ws' : 'wss'}://127.0.0.1:${endpoint.port}`,
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
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

  it('leaves everything running for a supervisor that starts a fresh process', async () => {
    mayHandOver = () => true
    const answered = vi.fn()
    host.restart(await readingOf(withToken('second-token')), 'test').then(answered, answered)
    await (await connect('first-token')).close()
    expect(answered).not.toHaveBeenCalled()
    expect(states).toEqual([])
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
    hotReload.apply({ ...current, config: changed.config, secret, hash: changed.hash }, [], ['gateway.auth.token'])
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

describe('a restart in process that changes the encryption', () => {
  const encrypted = (tls: object = {}, more: object = {}) => ({
    gateway: { mode: 'local', auth: { token: 'first-token' }, tls: { enabled: true, ...tls } },
    ...more,
  })
  const fingerprint = () => host.listening.tls?.fingerprint ?? 'none'
  const linesOf = (level: string) => log.lines.filter((line) => line.level === level).map(({ message }) => message)

  it('takes the same port again, there and back', async () => {
    const before = host.listening.listener.endpoints
    const client = await connect('first-token')
    expect(await host.restart(await readingOf(encrypted()), 'test')).toEqual({ kind: 'restarted' })
    expect((await client.closed).code).toBe(1012)
    expect(host.listening.listener.endpoints).toEqual(before)
    await (await connect('first-token', fingerprint())).close()
    await expect(connect('first-token')).rejects.toMatchObject({ code: 'unreachable' })
    await expect(connect('first-token', '0'.repeat(64))).rejects.toMatchObject({ code: 'wrong_certificate' })
    expect(await host.restart(await readingOf(FIRST), 'test')).toEqual({ kind: 'restarted' })
    expect(host.listening.listener.endpoints).toEqual(before)
    await (await connect('first-token')).close()
  })

  it('goes back to plain text on the port when the new instance does not start', async () => {
    const before = host.listening.listener.endpoints
    impossible.add('trace')
    const next = await readingOf(encrypted({}, { logging: { level: 'trace' } }))
    expect(await host.restart(next, 'test')).toEqual({ kind: 'rolled-back', reason: 'no start with trace' })
    expect(host.listening).toMatchObject({ tls: null })
    expect(host.listening.listener.endpoints).toEqual(before)
    await (await connect('first-token')).close()
  })

  it('waits for its port when somebody was quicker on the way back', async () => {
    const { port } = host.listening.listener.endpoints[0] as { port: number }
    impossible.add('trace')
    const next = await readingOf(encrypted({}, { logging: { level: 'trace' } }))
    const { stop } = host.listening.listener
    const intruded = new Promise<Awaited<ReturnType<typeof occupy>>>((resolve) => {
      host.listening.listener.stop = async function (this: typeof host.listening.listener) {
        await stop.call(this)
        resolve(await occupy(port))
      }
    })
    const outcome = host.restart(next, 'test')
    const intruder = await intruded
    await vi.waitFor(() => expect(linesOf('error')).toContain('the port could not be taken back yet'))
    await release(intruder)
    expect((await outcome).kind).toBe('rolled-back')
    await (await connect('first-token')).close()
  })

  it('is refused before anything ends when the files cannot be used', async () => {
    const files = new CertificateAuthority().issueInto(directory, 'own', { days: -1 })
    const client = await connect('first-token')
    const expired = await readingOf(encrypted(files))
    const absent = await readingOf(encrypted({ ...files, keyPath: join(directory, 'absent.pem') }))
    const none = await readingOf(encrypted({ autoGenerate: false }))
    for (const [reading, reason] of [
      [expired, /^gateway\.tls\.certPath: .* expired on/],
      [absent, /^gateway\.tls\.keyPath: .* does not exist/],
      [none, /no certificate and gateway\.tls\.autoGenerate is false/],
    ] as const) {
      expect(await host.preflight(reading)).toMatch(reason)
      expect(await host.restart(reading, 'test')).toMatchObject({ kind: 'rolled-back', reason })
    }
    expect(states).toEqual([])
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
    await client.close()
  })

  it('makes no certificate in a preflight', async () => {
    expect(await host.preflight(await readingOf(encrypted()))).toBeNull()
    expect(await readdir(directory)).not.toContain('tls')
  })

  it('takes a renewed certificate into use without a restart; one that cannot be used is told and left', async () => {
    const authority = new CertificateAuthority()
    const files = authority.issueInto(directory, 'own')
    await host.restart(await readingOf(encrypted(files)), 'test')
    const old = fingerprint()
    const client = await connect('first-token', old)
    states = []
    await host.renewTls()
    expect({ states, now: fingerprint() }).toEqual({ states: [], now: old })
    await writeFile(files.certPath, 'half a file')
    await host.renewTls()
    expect(linesOf('error')).toEqual(['the certificate could not be renewed; the old one stays in use'])
    await (await connect('first-token', old)).close()
    const renewed = authority.issueInto(directory, 'renewed')
    await copyFile(renewed.certPath, files.certPath)
    await copyFile(renewed.keyPath, files.keyPath)
    await host.renewTls()
    expect(states).toEqual(['running'])
    expect(fingerprint()).not.toBe(old)
    await (await connect('first-token', fingerprint())).close()
    await expect(connect('first-token', old)).rejects.toMatchObject({ code: 'wrong_certificate' })
    expect((await client.call<{ ok: boolean }>('health', {})).ok).toBe(true)
    await client.close()
  })

  it('reads the files again with every restart', async () => {
    const authority = new CertificateAuthority()
    const files = authority.issueInto(directory, 'own')
    await host.restart(await readingOf(encrypted(files)), 'test')
    const old = fingerprint()
    authority.issueInto(directory, 'own')
    expect(await host.restart(await readingOf(encrypted(files)), 'test')).toEqual({ kind: 'restarted' })
    expect(fingerprint()).not.toBe(old)
    await (await connect('first-token', fingerprint())).close()
  })
})
