import { describe, expect, it } from 'vitest'
import type { PortHolder, PortHolders } from '../../../src/application/ports/port-holder.js'
import type { RuntimeRecord } from '../../../src/application/ports/runtime-record.js'
import { addressesCollide } from '../../../src/application/start/address-collision.js'
import { findConflict } from '../../../src/application/start/find-conflict.js'
import { formatDuration } from '../../../src/application/start/format-duration.js'
import { guardAuth } from '../../../src/application/start/guard-auth.js'
import { guardMode } from '../../../src/application/start/guard-mode.js'
import { recogniseGateway } from '../../../src/application/start/recognise-gateway.js'
import { refusalLines } from '../../../src/application/start/start-refusal.js'
import { ManualClock } from '../../doubles/manual-clock.js'

describe('addressesCollide', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['0.0.0.0', '127.0.0.1', true],
    ['0.0.0.0', '::1', false],
    ['127.0.0.1', '0.0.0.0', true],
    ['::', '10.0.0.1', true],
    ['10.0.0.1', '::', true],
    ['::1', '0.0.0.0', false],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['[::1]', '::1', true],
    ['fe80::1%eth0', 'fe80::1', true],
    ['*', '127.0.0.1', true],
  ])('%s against %s: %s', (held, wanted, collide) => expect(addressesCollide(held, wanted)).toBe(collide))
})

it.each([
  [200, '200 ms'],
  [1000, '1.0 s'],
  [252_000, '4m 12s'],
  [11_520_000, '3h 12m'],
  [90_000_000, '1d 1h'],
  [3_600_000, '1h'],
])('formatDuration(%i) is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

describe('guardMode', () => {
  const facts = { configPath: '~/.mayros/mayros.json', configExists: true, mode: undefined, allowUnconfigured: false }

  it('lets a local gateway and an insisting operator pass', () => {
    expect(guardMode({ ...facts, mode: 'local' })).toBeNull()
    expect(guardMode({ ...facts, configExists: false, allowUnconfigured: true })).toBeNull()
  })

  it('blocks without a config, without a mode and in remote mode', () => {
    expect(guardMode({ ...facts, configExists: false })?.message).toBe(
      'Gateway start blocked: no config at ~/.mayros/mayros.json. Run: mayros setup   (or pass --allow-unconfigured)',
    )
    expect(guardMode(facts)?.message).toContain('set gateway.mode=local (current: unset)')
    const remote = guardMode({ ...facts, mode: 'remote' })
    expect(remote === null ? [] : refusalLines(remote)).toEqual([
      'Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured',
      'fix: mayros config set gateway.mode local',
    ])
  })
})

describe('guardAuth', () => {
  const lan = {
    endpoints: [
      { host: '127.0.0.1', port: 1 },
      { host: '0.0.0.0', port: 18789 },
    ],
  }

  it('refuses to listen to the world without a secret', () => {
    for (const mode of ['token', 'password', 'none'] as const) {
      const refusal = guardAuth({ ...lan, mode, hasToken: false, hasPassword: false, misplaced: ['gateway.token'] })
      expect(refusal?.message).toBe('refusing to bind gateway to 0.0.0.0:18789 without auth')
      expect(refusal?.kind).toBe('configuration')
      expect(refusal?.facts).toEqual(['gateway.token is set, but the key is gateway.auth.token'])
    }
    expect(guardAuth({ ...lan, mode: 'password', hasToken: true, hasPassword: false })).not.toBeNull()
    expect(guardAuth({ ...lan, mode: 'token', hasToken: true, hasPassword: false })).toBeNull()
  })

  it('wants the password of password mode, and lets loopback without auth pass', () => {
    const endpoints = [
      { host: '127.0.0.1', port: 1 },
      { host: '::1', port: 1 },
    ]
    const message = 'gateway.auth.mode is password, but no password is set'
    expect(guardAuth({ endpoints, mode: 'password', hasToken: false, hasPassword: false })?.message).toBe(message)
    expect(guardAuth({ endpoints, mode: 'none', hasToken: false, hasPassword: false })).toBeNull()
  })
})

const nginx: PortHolder = {
  pid: 812,
  startedAt: 's',
  command: 'nginx: master process',
  program: 'nginx',
  user: 'www-data',
  address: '127.0.0.1:18789',
  parentPid: 1,
  unit: null,
}

const clock = new ManualClock()
const record: RuntimeRecord = {
  pid: 4352,
  processStart: 's',
  instanceId: 'i',
  version: '1',
  state: 'running',
  startedAtMs: clock.now() - 11_520_000,
  profile: null,
  urls: ['ws://127.0.0.1:18789'],
  port: 18789,
  bind: 'loopback',
  authMode: 'token',
  tlsFingerprint: null,
  configPath: '/c',
  configHash: 'h',
  configLoadedAtMs: 0,
  logFile: null,
  supervisor: 'systemd',
  unit: 'mayros-gateway.service',
}

describe('findConflict', () => {
  const ask = (found: PortHolder[], live: RuntimeRecord | null, willFreePort = false) => {
    const holders = { find: async () => found } as unknown as PortHolders
    const records = { write: async () => undefined, readLive: async () => live, remove: async () => undefined }
    const isGateway = (one: PortHolder) => recogniseGateway(one, { record: live, probe: async () => false })
    const query = { port: 18789, hosts: ['127.0.0.1'], stateDir: '~/.mayros', willFreePort }
    return findConflict(query, { holders, records, clock, isGateway })
  }

  it('finds none on a free port', async () => expect(await ask([], null)).toBeNull())

  it('names the running gateway of this state directory', async () => {
    const refusal = await ask([{ ...nginx, pid: 4352 }], record)
    expect(refusal === null ? [] : refusalLines(refusal)).toEqual([
      'another gateway instance is already listening on ws://127.0.0.1:18789',
      'pid 4352, profile default, up 3h 12m, systemd',
      'fix: mayros gateway stop, another --port, or --force',
    ])
    expect(await ask([{ ...nginx, pid: 4352 }], record, true)).toBeNull()
    expect(await ask([{ ...nginx, pid: 4352 }], { ...record, state: 'stopping' })).toBeNull()
  })

  it('names a gateway of another state directory, and another program', async () => {
    const other = await ask([{ ...nginx, command: 'node /opt/mayros/dist/bin/mayros.js --dev gateway' }], null)
    expect(other?.message).toBe('another gateway instance is already listening on ws://127.0.0.1:18789')
    const program = await ask([nginx], null)
    expect(program?.message).toBe('EADDRINUSE: port 18789 is held by pid 812 (nginx, user www-data), not a gateway')
    expect(program?.kind).toBe('conflict')
  })

  it('refuses a second port on one state directory, also with --force', async () => {
    const refusal = await ask([], { ...record, port: 18800, urls: ['ws://127.0.0.1:18800'] }, true)
    expect(refusal?.message).toBe(
      'another gateway instance is already listening on ws://127.0.0.1:18800 with this state directory (~/.mayros)',
    )
  })
})

describe('recogniseGateway', () => {
  it.each([
    ['mayros gateway', true],
    ['node /usr/lib/node_modules/mayros/dist/bin/mayros.js --dev gateway run', true],
    ['/usr/bin/mayros --profile x gateway --port 1', true],
    ['mayros logs --follow', false],
    ['vim /src/mayros-notes gateway', false],
    ['node server.js', false],
  ])('%s: %s', async (command, expected) => {
    const probed: string[] = []
    const probe = async (address: string) => {
      probed.push(address)
      return false
    }
    expect(await recogniseGateway({ ...nginx, command }, { record: null, probe })).toBe(expected)
    expect(probed).toEqual(expected ? [] : ['127.0.0.1:18789'])
  })
})
