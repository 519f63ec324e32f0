import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { ListSessions } from '../../../src/application/sessions/list-sessions.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { RevisionedStore } from '../../../src/application/sessions/revisioned-store.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import { stage, words } from './stage.js'

const MINUTE = 60_000

describe('sessions.list', () => {
  it('answers with rows from the index, resolved models and defaults', async () => {
    const { call, put, clock, asked } = await stage()
    const old = clock.now() - 5
    await put('agent:ops:work', {
      updatedAt: old,
      label: 'L',
      totalTokens: 7,
      lastModel: 'other',
      lastProvider: 'acme',
    })
    await put('agent:main:telegram:group:7', {
      sessionId: 's2',
      providerOverride: 'x',
      modelOverride: 'y',
      origin: { label: 'o' },
    })
    const answer = await call('sessions.list', {})
    expect(answer).toEqual({
      ts: clock.now(),
      path: 'memory',
      count: 2,
      defaults: { modelProvider: 'acme', model: 'std', contextTokens: 200_000 },
      sessions: [
        {
          key: 'agent:main:telegram:group:7',
          kind: 'group',
          origin: { label: 'o' },
          updatedAt: clock.now(),
          sessionId: 's2',
          totalTokensFresh: false,
          modelProvider: 'x',
          model: 'y',
        },
        {
          key: 'agent:ops:work',
          kind: 'direct',
          label: 'L',
          updatedAt: old,
          sessionId: expect.any(String),
          totalTokens: 7,
          totalTokensFresh: true,
          modelProvider: 'acme',
          model: 'big',
        },
      ],
    })
    expect(asked.get('transcript')).toBeUndefined()
  })

  it('hands every filter to the index', async () => {
    const { call, put, clock } = await stage()
    await put('global')
    await put('agent:main:a', { label: 'Tea', updatedAt: clock.now() - 3 * MINUTE })
    await put('agent:ops:b', { spawnedBy: 'agent:main:a', updatedAt: clock.now() - 1 })
    const keys = async (params: unknown) =>
      (await call('sessions.list', params)).sessions.map((row: { key: string }) => row.key)
    expect(await keys({})).toEqual(['agent:ops:b', 'agent:main:a'])
    expect(await keys({ includeGlobal: true, limit: 1 })).toEqual(['global'])
    expect(await keys({ agentId: 'OPS' })).toEqual(['agent:ops:b'])
    expect(await keys({ label: 'tea' })).toEqual(['agent:main:a'])
    expect(await keys({ spawnedBy: 'agent:main:a' })).toEqual(['agent:ops:b'])
    expect(await keys({ search: ' TEA ' })).toEqual(['agent:main:a'])
    expect(await keys({ search: ' ' })).toHaveLength(2)
    expect(await keys({ activeMinutes: 2 })).toEqual(['agent:ops:b'])
  })

  it('asks the store once until something changes, yet always tells the present time', async () => {
    const { call, put, clock, asked, store } = await stage()
    const entry = await put('agent:main:a')
    const first = await call('sessions.list', { limit: 5 })
    await clock.advance(1_000)
    const second = await call('sessions.list', { limit: 5 })
    expect(asked.get('list')).toBe(1)
    expect(second).toEqual({ ...first, ts: first.ts + 1_000 })
    await store.commit([{ kind: 'run.forget', before: 0 }])
    await call('sessions.list', { limit: 5 })
    expect(asked.get('list')).toBe(1)
    await store.commit([{ kind: 'session.update', key: entry.key, changes: { label: 'new' }, otherwise: entry }])
    expect((await call('sessions.list', { limit: 5 })).sessions[0].label).toBe('new')
  })

  it('lets sessions drop out of the active ones as time goes by', async () => {
    const { call, put, clock, asked } = await stage()
    await put('agent:main:a')
    const count = async () => (await call('sessions.list', { activeMinutes: 1 })).count
    expect(await count()).toBe(1)
    await clock.advance(MINUTE)
    expect(await count()).toBe(1)
    expect(asked.get('list')).toBe(1)
    await clock.advance(1)
    expect(await count()).toBe(0)
  })

  it('looks into transcripts only for titles and last messages, and once per change', async () => {
    const { call, put, say, asked } = await stage()
    const { sessionId } = await put('agent:main:a')
    await say(sessionId, words('user', 'What is tea?'), words('assistant', '[[reply_to_current]] A drink.'))
    const wish = { includeDerivedTitles: true, includeLastMessage: true }
    const [row] = (await call('sessions.list', wish)).sessions
    expect(row).toMatchObject({ derivedTitle: 'What is tea?', lastMessagePreview: 'A drink.' })
    await put('agent:main:b', { displayName: 'Bob' })
    const again = (await call('sessions.list', { includeDerivedTitles: true })).sessions
    expect(again.map((one: { derivedTitle: string }) => one.derivedTitle).sort()).toEqual(['Bob', 'What is tea?'])
    expect(again[0].lastMessagePreview).toBeUndefined()
    expect(asked.get('transcript')).toBe(1)
    await say(sessionId, words('user', 'Thanks'))
    const rows = (await call('sessions.list', wish)).sessions
    expect(rows.find((one: { key: string }) => one.key === 'agent:main:a').lastMessagePreview).toBe('Thanks')
  })

  it('never answers differently from somebody who remembers nothing', async () => {
    const agents = new AgentDirectory([{ id: 'main', isDefault: true, workspace: '/w' }], { provider: 'p', model: 'm' })
    const key = fc.constantFrom('agent:main:a', 'agent:main:b', 'agent:ops:c')
    const step = fc.oneof(
      fc.record({ do: fc.constant('touch' as const), key, after: fc.nat(200_000) }),
      fc.record({ do: fc.constant('delete' as const), key }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(100_000) }),
      fc.record({
        do: fc.constant('list' as const),
        params: fc.constantFrom({}, { activeMinutes: 1 }, { limit: 1, activeMinutes: 2 }, { agentId: 'ops' }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new FakeClock()
        const store = new RevisionedStore(new MemorySessionStore())
        await store.open()
        const remembering = new ListSessions(store, agents, () => null, clock)
        for (const now of steps) {
          if (now.do === 'wait') await clock.advance(now.ms)
          else if (now.do === 'delete') await store.commit([{ kind: 'session.delete', key: now.key }])
          else if (now.do === 'touch') {
            const entry = newSession(now.key, {
              agentId: now.key.split(':')[1] ?? '',
              sessionId: now.key,
              now: clock.now() - now.after,
            })
            await store.commit([{ kind: 'session.put', entry }])
          } else {
            const fresh = await new ListSessions(store, agents, () => null, clock).list(now.params)
            expect((await remembering.list(now.params)).text).toBe(fresh.text)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
