import { describe, expect, it } from 'vitest'
import type { InstalledService } from '../../../src/domain/service/installed-service.js'
import { auditService, type DriftFacts } from '../../../src/domain/service/service-drift.js'

const WANTED = {
  name: 'mayros-gateway.service',
  file: '/home/alice/.config/systemd/user/mayros-gateway.service',
  text: '',
  programArguments: ['/usr/bin/node', '/opt/mayros.js', 'gateway', 'run'],
  workingDirectory: '/home/alice/.mayros',
  environment: { HOME: '/home/alice', PATH: '/usr/bin:/bin', LANG: 'C', HTTPS_PROXY: 'http://proxy:1' },
  settings: { 'Service.KillMode': 'mixed', 'Service.Restart': 'on-failure', 'Service.UMask': '0077' },
  version: '2.0.0',
}
const SOUND: InstalledService = { ...WANTED, isEdited: false, mode: 0o600 }
const FACTS: DriftFacts = { missingFiles: [], configuredPort: null, isEnabled: true }

function audit(changes: Partial<InstalledService>, facts: Partial<DriftFacts> = {}) {
  return auditService({ ...SOUND, ...changes }, WANTED, { ...FACTS, ...facts })
}

const withArguments = (...words: string[]) => ({ programArguments: [...WANTED.programArguments.slice(0, 3), ...words] })
const withEnvironment = (changes: Record<string, string>) => ({ environment: { ...WANTED.environment, ...changes } })
const withSetting = (changes: Record<string, string>) => ({ settings: { ...WANTED.settings, ...changes } })
const without = (name: keyof typeof WANTED.environment) => {
  const { [name]: _left, ...environment } = WANTED.environment
  return { environment }
}

describe('auditService', () => {
  it('has nothing to say about what install would write', () => {
    expect(audit({})).toEqual([])
  })

  it('leaves in peace what somebody added, and what differs from shell to shell', () => {
    expect(audit(withSetting({ 'Service.Nice': '5' }))).toEqual([])
    expect(audit(withEnvironment({ MY_OWN: '1', LANG: 'de_DE.UTF-8', TMPDIR: '/tmp' }))).toEqual([])
    expect(audit(without('LANG'))).toEqual([])
    expect(audit({ ...withArguments('run', '--port', '1234') })).toEqual([])
  })

  it('tells a file that is gone, or that nobody starts', () => {
    expect(auditService(null, WANTED, FACTS)).toMatchObject([{ code: 'service.missing', level: 'error' }])
    expect(auditService(null, WANTED, { ...FACTS, isEnabled: false })).toEqual([])
    expect(audit({}, { isEnabled: false })).toMatchObject([{ code: 'service.missing', level: 'error' }])
  })

  it.each<[string, string, Partial<InstalledService>, Partial<DriftFacts>]>([
    ['service.entry', 'error', { programArguments: ['/usr/bin/node', '/old.js', 'gateway', 'run'] }, {}],
    [
      'service.entry',
      'error',
      { programArguments: ['/usr/bin/node', '/gone.js', 'gateway', 'run'] },
      { missingFiles: ['/gone.js'] },
    ],
    [
      'service.runtime',
      'warn',
      { programArguments: ['/home/alice/.nvm/versions/node/v20/bin/node', '/opt/mayros.js', 'gateway', 'run'] },
      {},
    ],
    ['service.runtime', 'warn', { programArguments: ['/opt/node', '/opt/mayros.js', 'gateway', 'run'] }, {}],
    ['service.command', 'error', { programArguments: ['/usr/bin/node', '/opt/mayros.js', 'agent'] }, {}],
    ['service.command', 'error', withArguments('run', '--bind', 'lan'), {}],
    ['service.paths', 'error', { workingDirectory: '/elsewhere' }, {}],
    ['service.paths', 'error', withEnvironment({ HOME: '/root' }), {}],
    ['service.paths', 'error', withEnvironment({ MAYROS_CONFIG_PATH: '/other.json' }), {}],
    ['service.port', 'warn', withArguments('run', '--port', '1234'), { configuredPort: 4321 }],
    ['service.port', 'warn', withArguments('run', '--port=1234'), { configuredPort: 4321 }],
    ['service.secret', 'error', withEnvironment({ OPENAI_API_KEY: 'sk-hush' }), {}],
    ['service.env-stale', 'warn', withEnvironment({ MAYROS_GATEWAY_PORT: '1' }), {}],
    ['service.env-stale', 'warn', withEnvironment({ HTTPS_PROXY: 'http://old:1' }), {}],
    ['service.env-stale', 'warn', without('HTTPS_PROXY'), {}],
    ['service.path-env', 'warn', withEnvironment({ PATH: '/home/alice/.nvm/bin' }), {}],
    ['service.path-env', 'warn', without('PATH'), {}],
    ['service.killmode', 'warn', withSetting({ 'Service.KillMode': 'process' }), {}],
    ['service.restart', 'warn', withSetting({ 'Service.Restart': 'no' }), {}],
    ['service.hardening', 'warn', withSetting({ 'Service.UMask': '0022' }), {}],
    ['service.mode', 'warn', { mode: 0o644 }, {}],
    ['service.edited', 'info', { isEdited: true }, {}],
    ['service.version', 'info', { version: '1.0.0' }, {}],
  ])('%s (%s)', (code, level, changes, facts) => {
    expect(audit(changes, facts)).toMatchObject([{ code, level }])
  })

  it.each([
    ['Unit.After', 'service.network'],
    ['Unit.StartLimitBurst', 'service.restart'],
    ['Service.RestartPreventExitStatus', 'service.restart'],
    ['Service.Type', 'service.readiness'],
    ['Service.WatchdogSec', 'service.readiness'],
    ['Service.TimeoutStopSec', 'service.timeout'],
    ['ExitTimeOut', 'service.timeout'],
    ['Service.LimitNOFILE', 'service.limits'],
    ['SoftResourceLimits', 'service.limits'],
    ['KeepAlive', 'service.launchd-flags'],
    ['ThrottleInterval', 'service.launchd-flags'],
    ['Umask', 'service.hardening'],
  ])('a key %s that is missing is %s', (key, code) => {
    const wanted = { ...WANTED, settings: { [key]: 'x' } }
    const findings = auditService({ ...SOUND, settings: {} }, wanted, FACTS)
    expect(findings).toMatchObject([{ code, level: 'warn', message: `${key}: missing, should be x` }])
  })

  it('never repeats a secret', () => {
    const findings = [
      ...audit(withEnvironment({ SLACK_TOKEN: 'xoxb-hush', HTTPS_PROXY: 'http://me:hush@proxy:1' })),
      ...audit(withArguments('run', '--token', 'hush', '--password=hush')),
    ]
    expect(findings.map(({ code }) => code)).toEqual([
      'service.secret',
      'service.secret',
      'service.secret',
      'service.secret',
      'service.command',
    ])
    expect(JSON.stringify(findings)).not.toContain('hush')
  })
})
