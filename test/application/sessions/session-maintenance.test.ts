import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { SessionMaintenance } from '../../../src/application/sessions/session-maintenance.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import { type GatewayConfig, gatewayConfigSchema } from '../../../src/domain/config/config.js'

const DAY = 86_400_000
const SPACE = { defaultAgentId: 'main', scope: 'per-sender' } as const

describe('maintenance of sessions', () => {
  let clock: FakeClock
  let store: MemorySessionStore
  let log: MemoryLog
  let config: GatewayConfig
  let maintenance: SessionMaintenance
  const said = () => log.lines.map(({ level, message }) => `${level} ${message}`)
  const keys = async () => (await store.list({ includeGlobal: true })).map(({ key }) => key)
  const rules = (maintenance: object) => {
    config = gatewayConfigSchema().parse({ session: { maintenance } }) as GatewayConfig
  }
  const session = async (key: string, daysAgo: number, sessionId = `id-${key}`) => {
    const updatedAt = clock.now() - daysAgo * DAY
    const entry = newSession(key, { agentId: 'main', sessionId, now: updatedAt })
    const message = { role: 'user', content: [{ type: 'text', text: key }], timestamp: updatedAt }
    await store.commit([
      { kind: 'session.put', entry },
      {
        kind: 'transcript.append',
        sessionId,
        entries: [{ id: `m-${key}`, at: updatedAt, message: message as never }],
      } as never,
    ])
  }

  beforeEach(async () => {
    clock = new FakeClock()
    store = new MemorySessionStore()
    log = new MemoryLog()
    await store.open()
    maintenance = new SessionMaintenance({
      store,
      config: () => config,
      space: SPACE,
      agents: new AgentDirectory([{ id: 'main', isDefault: true, workspace: '/w', model: 'a/b' }], {
        provider: 'echo',
        model: 'echo',
      }),
      ids: new SequenceIds(),
      clock,
      log,
    })
  })

  it('only says what could go unless it is to do it', async () => {
    rules({})
    await session('agent:main:old', 31)
    expect(await maintenance.sweep()).toBe(0)
    expect(await keys()).toEqual(['agent:main:old'])
    expect(said()).toEqual(['warn 1 sessions could go; session.maintenance.mode: enforce takes them out'])
  })

  it('takes out what is old or too much, and keeps what was said', async () => {
    rules({ mode: 'enforce', pruneAfter: '30d', maxEntries: 3 })
    await session('agent:main:main', 400)
    for (const [name, age] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 40],
    ] as const)
      await session(`agent:main:${name}`, age)
    expect(await maintenance.sweep()).toBe(2)
    expect((await keys()).sort()).toEqual(['agent:main:a', 'agent:main:b', 'agent:main:main'])
    const [archive] = await store.archivesOf('agent:main:d')
    expect(archive).toMatchObject({ reason: 'deleted', entries: 1 })
    expect(await maintenance.sweep()).toBe(0)
  })

  it('leaves sessions with work under way, and transcripts that another session has', async () => {
    rules({ mode: 'enforce' })
    await session('agent:main:busy', 90)
    await session('agent:main:old', 90, 'shared')
    await store.commit([
      {
        kind: 'session.put',
        entry: newSession('agent:main:young', { agentId: 'main', sessionId: 'shared', now: clock.now() }),
      },
      {
        kind: 'run.accept',
        run: {
          runId: 'r',
          method: 'agent',
          sessionKey: 'agent:main:busy',
          agentId: 'main',
          request: { message: 'hi' } as never,
          state: 'accepted',
          acceptedAt: clock.now(),
        },
      },
    ])
    expect(await maintenance.sweep()).toBe(1)
    expect((await keys()).sort()).toEqual(['agent:main:busy', 'agent:main:young'])
    expect(await store.transcriptLength('shared')).toBe(1)
  })

  it('leaves a session that is spoken in meanwhile', async () => {
    rules({ mode: 'enforce' })
    await session('agent:main:old', 90)
    const list = store.list.bind(store)
    store.list = async (query) => {
      const found = await list(query)
      await session('agent:main:old', 0)
      return found
    }
    expect(await maintenance.sweep()).toBe(0)
    expect(await keys()).toEqual(['agent:main:old'])
  })

  it('looks a while after the start, then once a day, until it is stopped', async () => {
    rules({})
    await session('agent:main:old', 31)
    const looks = async (ms: number) => {
      await clock.advance(ms)
      await new Promise((resolve) => setImmediate(resolve))
      return log.lines.length
    }
    maintenance.start()
    expect(await looks(0)).toBe(0)
    expect(await looks(10 * 60_000)).toBe(1)
    expect(await looks(DAY)).toBe(2)
    maintenance.stop()
    expect(await looks(DAY)).toBe(2)
  })
})
