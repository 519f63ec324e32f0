import { describe, expect, it } from 'vitest'
import { serviceSeen } from '../../../src/application/doctor/service-seen.js'
import { SupervisorFailure } from '../../../src/application/ports/supervisor.js'
import type { ServiceReport } from '../../../src/application/service/inspect-service.js'
import type { InstalledService } from '../../../src/domain/service/installed-service.js'

const INSTALLED: InstalledService = {
  name: 'mayros-gateway.service',
  file: '/u/mayros-gateway.service',
  text: '',
  programArguments: [],
  workingDirectory: '/home/alice/.mayros',
  environment: {},
  settings: {},
  version: '1.0.0',
  isEdited: false,
  mode: 0o600,
}

function report(changes: Partial<ServiceReport> = {}): ServiceReport {
  return {
    kind: 'systemd',
    label: 'systemd user unit',
    name: INSTALLED.name,
    unavailable: null,
    installed: INSTALLED,
    wanted: INSTALLED,
    state: {
      status: 'running',
      state: 'active',
      subState: 'running',
      pid: 7,
      isLoaded: true,
      isEnabled: true,
      restarts: 0,
      lastExit: null,
    },
    linger: { isNeeded: true, isOn: false, command: '' },
    drift: [],
    diff: [],
    neighbours: [],
    ...changes,
  }
}

describe('serviceSeen', () => {
  it('has nothing to say about a service as it should be', () => {
    expect(serviceSeen(report(), null)).toEqual({
      supervisor: 'systemd',
      isInstalled: true,
      file: INSTALLED.file,
      status: 'running',
      linger: false,
      findings: [],
    })
  })

  it('shows the difference once, with one repair for all of it', () => {
    const seen = serviceSeen(
      report({
        drift: [
          { code: 'service.edited', level: 'info', message: 'by hand' },
          { code: 'service.entry', level: 'error', message: 'gone' },
          { code: 'service.killmode', level: 'warn', message: 'other' },
        ],
        diff: [
          { sign: ' ', text: '[Service]' },
          { sign: '-', text: 'KillMode=process' },
          { sign: '+', text: 'KillMode=mixed' },
        ],
      }),
      null,
    )
    expect(seen.findings).toEqual([
      {
        id: 'service.entry',
        severity: 'error',
        message: 'gone',
        action: 'rewrite',
        detail: '- KillMode=process\n+ KillMode=mixed',
      },
      { id: 'service.killmode', severity: 'warn', message: 'other', action: 'rewrite' },
    ])
  })

  it('does not mend the service of another gateway', () => {
    const drift = [{ code: 'service.paths', level: 'error', message: 'other' } as const]
    const seen = serviceSeen(report({ drift }), '/srv/other')
    expect(seen).toMatchObject({ isInstalled: false, findings: [{ id: 'service.paths', action: null }] })
    expect(seen.findings).toHaveLength(1)
  })

  it('tells a second service of the same name', () => {
    const neighbours = [
      { name: INSTALLED.name, file: '/etc/systemd/system/mayros-gateway.service', profile: null, scope: 'system' },
      { name: 'mayros-gateway-work.service', file: '/u/work', profile: 'work', scope: 'user' },
    ] as const
    expect(serviceSeen(report({ neighbours }), null).findings).toMatchObject([
      { id: 'service.duplicate', severity: 'error', action: null },
    ])
    expect(serviceSeen(report({ neighbours, installed: null }), null).findings).toEqual([])
  })

  it('knows no supervisor where none can be used', () => {
    const unavailable = new SupervisorFailure('supervisor-unavailable', 'no session')
    expect(serviceSeen(report({ unavailable }), null).supervisor).toBeNull()
    expect(serviceSeen(report({ kind: 'none', installed: null }), null)).toMatchObject({
      supervisor: null,
      isInstalled: false,
      file: null,
    })
  })
})
