import { describe, expect, it } from 'vitest'
import type { CliEnvironment, ConnectionHints } from '../../../src/adapters/cli-commander/cli-deps.js'
import { hostKind } from '../../../src/adapters/cli-commander/target/host-kind.js'
import { resolveTarget } from '../../../src/adapters/cli-commander/target/resolve-target.js'
import { recordOn } from '../../doubles/cli-stage.js'

const environment: CliEnvironment = {
  profile: null,
  home: '/home/alice',
  stateDir: '/home/alice/.mayros',
  configPath: '/home/alice/.mayros/mayros.json',
  defaultPort: 18789,
  notes: [],
  variables: {},
}
const hints: ConnectionHints = { exists: true, problems: [] }

function resolve(changes: {
  flags?: { url?: string; token?: string; password?: string; tlsFingerprint?: string }
  hints?: Partial<ConnectionHints>
  variables?: Record<string, string>
  record?: ReturnType<typeof recordOn>
}) {
  return resolveTarget({
    flags: changes.flags ?? {},
    environment: { ...environment, variables: changes.variables ?? {} },
    hints: { ...hints, ...changes.hints },
    record: changes.record ?? null,
  })
}

describe('the address', () => {
  it('comes from the first source that has one', () => {
    const all = {
      flags: { url: 'ws://127.0.0.1:1', token: 't' },
      variables: { MAYROS_GATEWAY_PORT: '3' },
      hints: { mode: 'remote', remote: { url: 'ws://10.0.0.2:2' }, port: 5 },
      record: recordOn(4),
    } as const
    expect(resolve(all)).toMatchObject({ url: 'ws://127.0.0.1:1', source: '--url', kind: 'explicit' })
    const { flags: _flags, ...noFlag } = all
    expect(resolve(noFlag)).toMatchObject({
      url: 'ws://10.0.0.2:2',
      source: 'gateway.remote.url in ~/.mayros/mayros.json',
    })
    const local = { ...noFlag, hints: { port: 5 } }
    expect(resolve(local)).toMatchObject({ url: 'ws://127.0.0.1:3', source: 'MAYROS_GATEWAY_PORT', kind: 'local' })
    const { variables: _variables, ...noEnv } = local
    expect(resolve(noEnv)).toMatchObject({ url: 'ws://127.0.0.1:4', source: 'the running gateway', port: 4 })
    expect(resolve({ hints: { port: 5 } })).toMatchObject({
      url: 'ws://127.0.0.1:5',
      source: 'gateway.port in ~/.mayros/mayros.json',
    })
    expect(resolve({})).toMatchObject({ url: 'ws://127.0.0.1:18789', source: 'the default port' })
  })

  it('prefers the loopback address of a record', () => {
    const record = recordOn(9, { urls: ['ws://10.0.0.9:9', 'ws://[::1]:9'] })
    expect(resolve({ record }).url).toBe('ws://[::1]:9')
  })

  it('refuses a source that is present but bad', () => {
    expect(() => resolve({ variables: { MAYROS_GATEWAY_PORT: 'abc' } })).toThrow(
      expect.objectContaining({ message: 'MAYROS_GATEWAY_PORT: expected 1 to 65535, got "abc"', exitCode: 78 }),
    )
    expect(() => resolve({ hints: { mode: 'remote' } })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
    expect(resolve({ variables: { MAYROS_GATEWAY_PORT: ' ' } }).source).toBe('the default port')
  })

  it('refuses to send a credential in the clear to a public host', () => {
    const flags = { url: 'ws://203.0.113.7:18789', token: 't' }
    expect(() => resolve({ flags })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        notes: [
          expect.objectContaining({
            text: expect.stringContaining('ssh -N -L 18789:127.0.0.1:18789 user@203.0.113.7'),
          }),
        ],
      }),
    )
    expect(resolve({ flags, variables: { MAYROS_ALLOW_INSECURE_WS: '1' } }).warnings).toHaveLength(1)
    expect(resolve({ flags: { ...flags, url: 'wss://203.0.113.7' } }).warnings).toEqual([])
    expect(resolve({ flags: { ...flags, url: 'ws://192.168.1.5:1' } }).warnings).toHaveLength(1)
  })

  it.each([
    ['127.9.9.9', 'loopback'],
    ['localhost', 'loopback'],
    ['[::1]', 'loopback'],
    ['[::ffff:127.0.0.1]', 'loopback'],
    ['10.1.1.1', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['[fd7a:115c:a1e0::1]', 'private'],
    ['[2001:db8::1]', 'public'],
    ['box', 'private'],
    ['box.local', 'private'],
    ['box.tail1234.ts.net', 'private'],
    ['gateway.example.com', 'public'],
    ['local', 'private'],
    ['evil-local.com', 'public'],
  ])('%s is %s', (host, kind) => expect(hostKind(host)).toBe(kind))
})

describe('the certificate', () => {
  const PIN = 'ab'.repeat(32)
  const OTHER = 'cd'.repeat(32)
  const encrypted = recordOn(9, { urls: ['wss://127.0.0.1:9'], tlsFingerprint: PIN })

  it('is the one that the flag names, for every kind of target', () => {
    const flags = { tlsFingerprint: OTHER }
    const pin = { value: OTHER, source: '--tls-fingerprint' }
    expect(resolve({ flags: { ...flags, url: 'wss://203.0.113.7', token: 't' } }).pin).toEqual(pin)
    expect(resolve({ flags, record: encrypted }).pin).toEqual(pin)
    const remote = { url: 'wss://10.0.0.2', tlsFingerprint: PIN }
    expect(resolve({ flags, hints: { mode: 'remote', remote } }).pin).toEqual(pin)
  })

  it('is configured for a remote gateway and recorded by a local one', () => {
    const remote = { url: 'wss://10.0.0.2', tlsFingerprint: PIN.toUpperCase().replace(/..(?!$)/g, '$&:') }
    expect(resolve({ hints: { mode: 'remote', remote } }).pin).toEqual({
      value: PIN,
      source: 'gateway.remote.tlsFingerprint',
    })
    expect(resolve({ record: encrypted })).toMatchObject({
      url: 'wss://127.0.0.1:9',
      pin: { value: PIN, source: 'the running gateway' },
    })
    expect(resolve({ flags: { url: 'wss://127.0.0.1:9', token: 't' }, record: encrypted }).pin).toBeNull()
    expect(resolve({}).pin).toBeNull()
  })

  it('cannot be pinned without encryption, nor by something else than a fingerprint', () => {
    expect(() => resolve({ flags: { tlsFingerprint: PIN } })).toThrow(expect.objectContaining({ exitCode: 2 }))
    for (const remote of [
      { url: 'ws://10.0.0.2', tlsFingerprint: PIN },
      { url: 'wss://10.0.0.2', tlsFingerprint: 'abc' },
    ]) {
      expect(() => resolve({ hints: { mode: 'remote', remote } })).toThrow(
        expect.objectContaining({ code: 'config_invalid', exitCode: 78 }),
      )
    }
  })

  it('is expected where the configuration says TLS, also without a record', () => {
    expect(resolve({ hints: { tls: true, port: 5 } })).toMatchObject({ url: 'wss://127.0.0.1:5', pin: null })
    expect(resolve({ hints: { tls: true } }).url).toBe('wss://127.0.0.1:18789')
    expect(resolve({ hints: { tls: false } }).url).toBe('ws://127.0.0.1:18789')
    const variables = { MAYROS_GATEWAY_PORT: '9' }
    expect(resolve({ variables, hints: { tls: true } }).url).toBe('wss://127.0.0.1:9')
    expect(resolve({ variables, record: encrypted })).toMatchObject({ url: 'wss://127.0.0.1:9', pin: { value: PIN } })
    expect(resolve({ variables, hints: { tls: true }, record: recordOn(9) }).url).toBe('ws://127.0.0.1:9')
  })
})

describe('the credential', () => {
  it('is the pass of local clients where the gateway takes no token', () => {
    const hints = { token: 'conf', isPasswordHashed: true, authMode: 'password', runToken: 'pass\n' }
    const pass = { value: 'pass', source: 'run/token of the state directory' }
    expect(resolve({ hints })).toMatchObject({ token: pass, password: null })
    expect(resolve({ hints: { runToken: 'pass' }, record: recordOn(1, { authMode: 'trusted-proxy' }) }).token).toEqual(
      pass,
    )
    expect(resolve({ hints, record: recordOn(1, { authMode: 'token' }) }).token?.value).toBe('conf')
    expect(resolve({ hints, flags: { password: 'typed' } })).toMatchObject({
      token: null,
      password: { value: 'typed' },
    })
    expect(resolve({ hints: { ...hints, mode: 'remote', remote: { url: 'ws://10.0.0.2' } } }).token).toBeNull()
  })

  const full = {
    variables: { MAYROS_GATEWAY_TOKEN: 'env' },
    hints: { token: 'conf', password: 'pw', remote: { url: 'ws://10.0.0.2:1', token: 'rem' } },
  }

  it('comes from flag, environment, config, and says from where', () => {
    const flagged = resolve({ ...full, flags: { token: 'flag' } })
    expect(flagged.token).toEqual({ value: 'flag', source: '--token' })
    expect(flagged.password).toBeNull()
    expect(resolve(full).token).toEqual({ value: 'env', source: 'MAYROS_GATEWAY_TOKEN' })
    expect(resolve(full).password).toEqual({ value: 'pw', source: 'gateway.auth.password' })
    expect(resolve({ hints: full.hints }).token).toEqual({ value: 'conf', source: 'gateway.auth.token' })
    expect(resolve({ hints: { runToken: 'r' } }).token?.value).toBe('r')
  })

  it('in remote mode is that of the remote gateway, never the local one', () => {
    const target = resolve({ hints: { ...full.hints, mode: 'remote' } })
    expect(target.token).toEqual({ value: 'rem', source: 'gateway.remote.token' })
    expect(target.password).toBeNull()
  })

  it('with --url is only what was given', () => {
    const target = resolve({ ...full, flags: { url: 'ws://127.0.0.1:1', password: 'given' } })
    expect(target.token).toBeNull()
    expect(target.password?.value).toBe('given')
  })
})
