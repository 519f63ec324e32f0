import { beforeEach, describe, expect, it } from 'vitest'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { MemorySupervisor } from '../../../src/adapters/supervisor-memory/memory-supervisor.js'
import type { RuntimeRecord } from '../../../src/application/ports/runtime-record.js'
import { inspectService, keptPort } from '../../../src/application/service/inspect-service.js'
import { installService } from '../../../src/application/service/install-service.js'
import { mendService, type ServiceRepair } from '../../../src/application/service/mend-service.js'
import { restartService } from '../../../src/application/service/restart-service.js'
import { serviceOfAnother } from '../../../src/application/service/service-of-another.js'
import type { ProcessCalls, ServiceParts } from '../../../src/application/service/service-parts.js'
import { startService } from '../../../src/application/service/start-service.js'
import { stopService } from '../../../src/application/service/stop-service.js'
import { planService } from '../../../src/domain/service/service-plan.js'
import { recordOn } from '../../doubles/cli-stage.js'

const WHOLE = { isForced: false, start: true, linger: true }

let supervisor: MemorySupervisor
/** A gateway that nobody supervises. */
let foreground: RuntimeRecord | null
let called: string[]
let parts: ServiceParts
let calls: ProcessCalls

beforeEach(() => {
  supervisor = new MemorySupervisor()
  foreground = null
  called = []
  parts = {
    supervisor,
    clock: new SystemClock(),
    readLive: async () => {
      const pid = supervisor.host.running.get(supervisor.name)
      if (pid === undefined) return foreground
      return recordOn(1, { pid, instanceId: `i-${pid}`, supervisor: 'systemd', unit: supervisor.name })
    },
  }
  calls = {
    terminate: ({ pid }) => {
      called.push(`terminate ${pid}`)
      foreground = null
      return true
    },
    restart: async ({ pid }) => {
      called.push(`restart ${pid}`)
      foreground = recordOn(1, { pid, instanceId: 'another' })
      return true
    },
  }
})

const plan = (changes: { version?: string; port?: number; entry?: string } = {}) =>
  planService({
    profile: null,
    version: changes.version ?? '1.0.0',
    node: '/usr/bin/node',
    entry: changes.entry ?? '/opt/mayros.js',
    stateDir: '/home/alice/.mayros',
    environment: { PATH: '/usr/bin' },
    port: changes.port ?? null,
    user: null,
  })
const pid = () => supervisor.host.running.get(supervisor.name)

describe('install', () => {
  it('installs, starts, and changes nothing when it is repeated', async () => {
    expect(await installService({ plan: plan(), ...WHOLE }, parts)).toEqual({
      result: 'installed',
      drift: [],
      hasStarted: true,
      warnings: [],
      hints: [],
    })
    const first = pid()
    expect(await installService({ plan: plan(), ...WHOLE }, parts)).toMatchObject({
      result: 'already-installed',
      hasStarted: false,
    })
    expect(pid()).toBe(first)
  })

  it('brings an older service up to date and restarts it; without start it goes on as it is', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const first = pid()
    const outcome = await installService({ plan: plan({ entry: '/new/mayros.js' }), ...WHOLE, start: false }, parts)
    expect(outcome).toMatchObject({ result: 'updated', hasStarted: false, drift: [{ code: 'service.entry' }] })
    expect(pid()).toBe(first)
    await installService({ plan: plan({ version: '2.0.0' }), ...WHOLE }, parts)
    expect(pid()).not.toBe(first)
  })

  it('takes up and gives up a pinned port', async () => {
    await installService({ plan: plan({ port: 4000 }), ...WHOLE }, parts)
    expect((await supervisor.installed())?.programArguments).toContain('4000')
    expect(await installService({ plan: plan(), ...WHOLE }, parts)).toMatchObject({ result: 'updated' })
    expect((await supervisor.installed())?.programArguments).not.toContain('4000')
  })

  it('is refused beside a gateway in the foreground, and where there is no supervisor', async () => {
    foreground = recordOn(1, { pid: 77 })
    await expect(installService({ plan: plan(), ...WHOLE }, parts)).rejects.toMatchObject({
      code: 'service-failed',
      message: expect.stringContaining('pid 77'),
    })
    supervisor.refuseWith('supervisor-unavailable')
    await expect(installService({ plan: plan(), ...WHOLE }, parts)).rejects.toMatchObject({
      code: 'supervisor-unavailable',
    })
    expect(await supervisor.installed()).toBeNull()
  })

  it('says how to have it go on after logout', async () => {
    supervisor.lingers = false
    expect(await installService({ plan: plan(), ...WHOLE }, parts)).toMatchObject({
      warnings: ['the service stops at logout'],
      hints: ['sudo loginctl enable-linger alice'],
    })
    expect(await installService({ plan: plan(), ...WHOLE, linger: false }, parts)).toMatchObject({ warnings: [] })
  })
})

describe('start, stop, restart', () => {
  it('starting and stopping may be repeated', async () => {
    await installService({ plan: plan(), ...WHOLE, start: false }, parts)
    expect((await startService(parts)).result).toBe('started')
    expect((await startService(parts)).result).toBe('already-running')
    expect((await stopService(parts, calls)).result).toBe('stopped')
    expect((await stopService(parts, calls)).result).toBe('already-stopped')
    expect(called).toEqual([])
  })

  it('a gateway in the foreground is stopped and restarted itself', async () => {
    foreground = recordOn(1, { pid: 77 })
    expect(await restartService(parts, calls)).toMatchObject({ wasForeground: true, after: { instanceId: 'another' } })
    expect(await stopService(parts, calls)).toEqual({ result: 'stopped', pid: 77, wasForeground: true })
    expect(called).toEqual(['restart 77', 'terminate 77'])
  })

  it('a gateway in the foreground is in the way of a start', async () => {
    await installService({ plan: plan(), ...WHOLE, start: false }, parts)
    foreground = recordOn(1, { pid: 77 })
    await expect(startService(parts)).rejects.toMatchObject({ message: expect.stringContaining('pid 77') })
  })

  it('a restart waits for another instance, and starts what was stopped', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const first = pid()
    expect(await restartService(parts, calls)).toMatchObject({
      before: { pid: first },
      wasUp: true,
      wasForeground: false,
    })
    await stopService(parts, calls)
    expect(await restartService(parts, calls)).toMatchObject({ before: null, wasUp: false })
  })
})

describe('inspect', () => {
  const inspect = (configuredPort: number | null, wanted = plan) =>
    inspectService(
      {
        planFor: (port) => wanted(port === null ? {} : { port }),
        configuredPort,
        fileExists: () => true,
        isDeep: true,
      },
      supervisor,
    )

  it('tells nothing of a service that is not there', async () => {
    expect(await inspect(null)).toMatchObject({ installed: null, drift: [], diff: [], neighbours: [] })
  })

  it('shows what would change', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    expect(await inspect(null)).toMatchObject({ drift: [], diff: [] })
    const { drift, diff } = await inspect(null, () => plan({ entry: '/new.js' }))
    expect(drift).toMatchObject([{ code: 'service.entry' }])
    expect(diff.filter(({ sign }) => sign !== ' ')).toEqual([
      { sign: '-', text: '    "/opt/mayros.js",' },
      { sign: '+', text: '    "/new.js",' },
    ])
  })

  it('keeps a pinned port until the configuration says another', async () => {
    await installService({ plan: plan({ port: 4000 }), ...WHOLE }, parts)
    const installed = await supervisor.installed()
    expect([null, 4000, 5000].map((configured) => keptPort(installed, configured))).toEqual([4000, 4000, null])
    expect(await inspect(null)).toMatchObject({ drift: [], diff: [] })
    const other = await inspect(5000)
    expect(other.drift).toMatchObject([{ code: 'service.port' }])
    expect(other.diff.length).toBeGreaterThan(0)
  })

  it('shows no secret that somebody wrote into the file', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const installed = (await supervisor.installed())!
    const environment = { ...installed.environment, SLACK_TOKEN: 'xoxb-hush' }
    const text = installed.text.replace('"PATH"', '"SLACK_TOKEN": "xoxb-hush", "PATH"')
    supervisor.host.files.set(supervisor.name, { ...installed, environment, text })
    const report = await inspect(null)
    expect(report.drift).toMatchObject([{ code: 'service.secret' }])
    expect(JSON.stringify([report.drift, report.diff])).not.toContain('hush')
  })
})

describe('a service of another gateway', () => {
  const own = { stateDir: '/srv/mine', variables: { MAYROS_STATE_DIR: '/srv/mine' }, fileExists: () => true }

  it('is told from a service of ours that somebody changed', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const installed = await supervisor.installed()
    expect(serviceOfAnother(null, own)).toBeNull()
    expect(serviceOfAnother(installed, own)).toBe('/home/alice/.mayros')
    expect(serviceOfAnother(installed, { ...own, stateDir: '/home/alice/.mayros' })).toBeNull()
    expect(serviceOfAnother(installed, { ...own, variables: {} })).toBeNull()
    expect(serviceOfAnother(installed, { ...own, fileExists: () => false })).toBeNull()
  })
})

describe('mending', () => {
  const mend = (repair: ServiceRepair, refusal: string | null = null) =>
    mendService(
      { repair, plan: plan({ entry: '/new.js' }), isForced: false, refusal: async () => refusal },
      parts,
      calls,
    )

  it('writes a stopped service anew and leaves it stopped', async () => {
    await installService({ plan: plan(), ...WHOLE, start: false }, parts)
    expect(await mend('rewrite', 'no matter')).toBe('rewritten')
    expect((await supervisor.installed())?.programArguments[1]).toBe('/new.js')
    expect(pid()).toBeUndefined()
  })

  it('writes a running service anew and restarts it', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const first = pid()
    expect(await mend('rewrite')).toBe('restarted')
    expect(pid()).not.toBe(first)
  })

  it('touches nothing that could not come up again', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const first = [pid(), (await supervisor.installed())?.text]
    for (const repair of ['rewrite', 'restart'] as const) {
      await expect(mend(repair, 'gateway.port is no number')).rejects.toMatchObject({
        code: 'service-failed',
        message: 'the gateway would not come up again: gateway.port is no number',
      })
    }
    expect([pid(), (await supervisor.installed())?.text]).toEqual(first)
  })

  it('restarts', async () => {
    await installService({ plan: plan(), ...WHOLE }, parts)
    const first = pid()
    expect(await mend('restart')).toBe('restarted')
    expect(pid()).not.toBe(first)
  })

  it('has the service linger, or says who can', async () => {
    expect(await mend('linger')).toBe('lingers')
    supervisor.lingers = false
    await expect(mend('linger')).rejects.toMatchObject({ message: expect.stringContaining('sudo loginctl') })
  })
})
