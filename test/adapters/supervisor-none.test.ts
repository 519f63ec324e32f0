import { describe, expect, it } from 'vitest'
import { NoSupervisor } from '../../src/adapters/supervisor-none/no-supervisor.js'
import { supervisorContract } from '../contracts/supervisor.contract.js'

supervisorContract(
  { describe, it },
  {
    name: 'none',
    isUsable: false,
    create: async () => ({
      supervisor: () => new NoSupervisor('container'),
      programArguments: ['/usr/bin/node', '/opt/mayros.js'],
      directory: '/srv',
      dispose: async () => undefined,
    }),
  },
)

describe('a host without a service manager', () => {
  it.each([
    ['container', /main process: mayros gateway$/],
    ['wsl', /without systemd$/],
    ['other-init', /neither systemd nor launchd/],
  ] as const)('%s: says why and what to do', async (reason, message) => {
    const failure = await new NoSupervisor(reason).unavailable()
    expect(failure.message).toMatch(message)
    expect(failure.hints).toContain('mayros gateway')
  })

  it('gives the command to whoever has a service manager of another kind', () => {
    const { text } = new NoSupervisor('other-init').render({
      profile: null,
      version: '1.2.3',
      programArguments: ['/usr/bin/node', '/opt/my mayros.js', 'gateway', 'run'],
      workingDirectory: '/home/alice/.mayros',
      environment: { TZ: "it's" },
      logDirectory: '/tmp',
      user: null,
    })
    expect(text).toBe(
      "export TZ='it'\\''s'\ncd /home/alice/.mayros\nexec /usr/bin/node '/opt/my mayros.js' gateway run\n",
    )
  })
})
