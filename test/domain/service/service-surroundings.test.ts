import { describe, expect, it } from 'vitest'
import {
  capturedEnvironment,
  isSecretVariable,
  proxiesWithCredentials,
} from '../../../src/domain/service/captured-environment.js'
import { isServiceName, profileOfService, serviceName } from '../../../src/domain/service/service-name.js'
import { chooseNode, isSupportedNode, versionManagerOf } from '../../../src/domain/service/stable-program.js'
import { serviceMarkers, supervisionOf } from '../../../src/domain/service/supervision.js'
import { textDiff } from '../../../src/domain/service/text-diff.js'

describe('the environment of a service', () => {
  const variables = {
    HOME: '/home/alice',
    TZ: '',
    MAYROS_STATE_DIR: '/srv/mayros',
    MAYROS_GATEWAY_TOKEN: 'hush',
    OPENAI_API_KEY: 'hush',
    HTTP_PROXY: 'http://proxy:3128',
    HTTPS_PROXY: 'http://me:hush@proxy:3128',
    EDITOR: 'vi',
  }

  it('is small, has no secrets, and says whose it is', () => {
    const markers = serviceMarkers('systemd', null, '1.2.3')
    const captured = capturedEnvironment({ variables, searchPath: ['/usr/bin', '/bin', '/usr/bin'], markers })
    expect(captured).toEqual({
      HOME: '/home/alice',
      HTTP_PROXY: 'http://proxy:3128',
      MAYROS_STATE_DIR: '/srv/mayros',
      PATH: '/usr/bin:/bin',
      MAYROS_SERVICE_MARKER: 'mayros-gateway',
      MAYROS_SERVICE_KIND: 'gateway',
      MAYROS_SERVICE_VERSION: '1.2.3',
      MAYROS_SYSTEMD_UNIT: 'mayros-gateway.service',
    })
    expect(proxiesWithCredentials(variables)).toEqual(['HTTPS_PROXY'])
  })

  it('knows secrets by name and by form', () => {
    expect(['A_TOKEN', 'DB_PASSWORD', 'MY_API_KEY', 'APIKEY'].every((name) => isSecretVariable(name, 'x'))).toBe(true)
    expect(isSecretVariable('DATABASE_URL', 'postgres://me:pw@db/x')).toBe(true)
    expect(isSecretVariable('DATABASE_URL', 'postgres://db/x')).toBe(false)
  })
})

describe('the Node of a service', () => {
  const own = { path: '/home/alice/.nvm/versions/node/v22.1.0/bin/node', version: '22.1.0' }

  it('is the own one, unless a version manager owns it and the system has another', () => {
    expect(chooseNode({ path: '/usr/bin/node', version: '22.1.0' }, [own])).toEqual({
      path: '/usr/bin/node',
      warning: null,
    })
    const others = [
      { path: '/usr/local/bin/node', version: '18.0.0' },
      { path: '/usr/bin/node', version: '20.19.0' },
    ]
    expect(chooseNode(own, others)).toEqual({ path: '/usr/bin/node', warning: null })
    expect(chooseNode(own, others.slice(0, 1))).toMatchObject({
      path: own.path,
      warning: expect.stringContaining('comes from nvm'),
    })
  })

  it.each([
    ['/home/a/.local/share/fnm/node-versions/v20/installation/bin/node', 'fnm'],
    ['/run/user/1000/fnm_multishells/1_2/bin/node', 'fnm'],
    ['/home/a/.volta/bin/node', 'volta'],
    ['/home/a/.asdf/installs/nodejs/20/bin/node', 'asdf'],
    ['/home/a/.local/share/mise/installs/node/20/bin/node', 'mise'],
    ['/opt/homebrew/Cellar/node/22.1.0/bin/node', 'Homebrew cellar'],
    ['/usr/bin/node', null],
  ])('%s: %s', (path, manager) => {
    expect(versionManagerOf(path)).toBe(manager)
  })

  it('is new enough', () => {
    expect(['20.18.9', '18.20.0', '20.19.0', 'v22.0.0'].map(isSupportedNode)).toEqual([false, false, true, true])
  })
})

describe('who supervises a process', () => {
  const marked = { ...serviceMarkers('systemd', 'work', '1.2.3'), INVOCATION_ID: 'x', SYSTEMD_EXEC_PID: '42' }

  it('is said by our own marker together with that of the supervisor', () => {
    expect(supervisionOf(marked, 42)).toEqual({ kind: 'systemd', name: 'mayros-gateway-work.service' })
    expect(supervisionOf(serviceMarkers('launchd', null, '1'))).toEqual({ kind: 'launchd', name: 'ai.mayros.gateway' })
  })

  it('is nobody in a shell of another unit, and in a program that the service started', () => {
    const nobody = { kind: 'foreground', name: null }
    expect(supervisionOf({ INVOCATION_ID: 'x', NOTIFY_SOCKET: '/run/x' })).toEqual(nobody)
    expect(supervisionOf(marked, 43)).toEqual(nobody)
    expect(supervisionOf(serviceMarkers('systemd', null, '1'))).toEqual(nobody)
  })
})

describe('names of services', () => {
  it.each([null, 'work', 'dev', 'a-b_c'])('profile %s: there and back', (profile) => {
    const { unit, label } = serviceName(profile)
    expect([unit, label].map(isServiceName)).toEqual([true, true])
    expect([unit, label].map(profileOfService)).toEqual([profile, profile])
  })

  it('knows what is none of ours', () => {
    expect(['mayros.service', 'mayros-gateway.timer', 'ai.mayros', 'com.example'].some(isServiceName)).toBe(false)
  })
})

describe('textDiff', () => {
  const lines = (before: string, after: string) => textDiff(before, after).map(({ sign, text }) => `${sign}${text}`)

  it('keeps what is common and tells the rest in its place', () => {
    expect(lines('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual([' a', '-b', '+x', ' c', '+d'])
    expect(lines('', 'a\n')).toEqual(['+a'])
    expect(lines('a\n', '')).toEqual(['-a'])
    expect(lines('a\nb', 'a\nb\n')).toEqual([' a', ' b'])
  })
})
