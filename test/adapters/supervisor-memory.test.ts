import { describe, expect, it } from 'vitest'
import { MemoryServices, MemorySupervisor } from '../../src/adapters/supervisor-memory/memory-supervisor.js'
import { supervisorContract } from '../contracts/supervisor.contract.js'

supervisorContract(
  { describe, it },
  {
    name: 'memory',
    async create() {
      const host = new MemoryServices()
      const made = new Map<string, MemorySupervisor>()
      return {
        supervisor: (profile) => {
          const supervisor = new MemorySupervisor({ profile, host })
          made.set(supervisor.name, supervisor)
          return supervisor
        },
        programArguments: ['/usr/bin/node', '/opt/mayros.js'],
        directory: '/srv',
        crash: async () => {
          for (const supervisor of made.values()) supervisor.crash()
        },
        dispose: async () => undefined,
      }
    },
  },
)

describe('a service in memory', () => {
  it('fails as it is told to', async () => {
    const supervisor = new MemorySupervisor()
    supervisor.refuseWith('supervisor-refused')
    await expect(supervisor.stop()).rejects.toMatchObject({ code: 'supervisor-refused' })
    expect(await supervisor.unavailable()).toBeNull()
    supervisor.refuseWith('supervisor-unavailable')
    expect(await supervisor.unavailable()).toMatchObject({ code: 'supervisor-unavailable' })
    supervisor.refuseWith(null)
    supervisor.host.files.set(supervisor.name, {} as never)
    supervisor.failsToStart = 'exit 78'
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'service-failed' })
  })
})
