import assert from 'node:assert/strict'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import { type UsageDimension, type UsageQuery, UTC } from '../../../src/domain/usage/usage-query.js'
import type { UsageRecord } from '../../../src/domain/usage/usage-record.js'
import { USAGE_NUMBERS, type UsageSum } from '../../../src/domain/usage/usage-sum.js'
import { AWKWARD_TEXT, sampleUsage } from './samples.js'
import type { Prove } from './session-store-harness.js'

const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000
const ALWAYS: UsageQuery = { from: 0, until: 1_000 * DAY_MS, offsets: UTC }

/** U: the ledger of usage. */
export function usageProofs(prove: Prove): void {
  prove('U1', async (store) => {
    assert.deepEqual(await store.usage(ALWAYS, []), [], 'where there is no call there is no sum')
    await add(store, [
      sampleUsage(5, { tools: { read: 2 }, messages: counts({ user: 1, toolCalls: 2 }) }),
      sampleUsage(9, { cost: null }),
      sampleUsage(7, { tokens: null, cost: null, isAnswered: false, messages: counts({ errors: 1 }) }),
      sampleUsage(8, { tokens: null, cost: null, messages: counts({ toolResults: 3 }) }),
    ])
    const [sum, ...others] = await store.usage(ALWAYS, [])
    assert.deepEqual(others, [])
    assert.deepEqual([sum?.firstAt, sum?.lastAt], [5, 9])
    assertSum(sum, {
      calls: 3,
      input: 20,
      output: 10,
      cacheRead: 6,
      cacheWrite: 4,
      total: 40,
      inputCost: 0.1,
      outputCost: 0.2,
      cacheReadCost: 0.01,
      cacheWriteCost: 0.02,
      totalCost: 0.33,
      missingCosts: 2,
      user: 1,
      assistant: 4,
      toolCalls: 2,
      toolResults: 3,
      errors: 1,
    })
  })

  prove('U2', async (store) => {
    const strange = `agent:main:${AWKWARD_TEXT}`
    await add(store, [
      sampleUsage(1, { sessionKey: 'a', agentId: 'one', channel: 'irc', model: 'm1' }),
      sampleUsage(2, { sessionKey: strange, agentId: 'two', model: AWKWARD_TEXT }),
      sampleUsage(3, { sessionKey: 'a', agentId: 'one', channel: 'irc', model: 'm2' }),
      sampleUsage(4, { sessionKey: null, agentId: 'two', model: 'm1' }),
    ])
    const told = async (by: readonly UsageDimension[]) =>
      (await store.usage(ALWAYS, by)).map(({ firstAt, lastAt, calls, ...group }) => [
        Object.fromEntries(Object.entries(group).filter(([name]) => !USAGE_NUMBERS.includes(name as keyof UsageSum))),
        [firstAt, lastAt, calls],
      ])
    assert.deepEqual(await told(['session']), [
      [{ sessionKey: 'a', sessionId: 'transcript 3' }, [1, 3, 2]],
      [{ sessionKey: strange, sessionId: 'transcript 2' }, [2, 2, 1]],
    ])
    assert.deepEqual(await told(['agent']), [
      [{ agentId: 'two' }, [2, 4, 2]],
      [{ agentId: 'one' }, [1, 3, 2]],
    ])
    assert.deepEqual(await told(['channel']), [
      [{ channel: null }, [2, 4, 2]],
      [{ channel: 'irc' }, [1, 3, 2]],
    ])
    assert.deepEqual(await told(['model', 'agent']), [
      [{ provider: 'acme', model: 'm1', agentId: 'two' }, [4, 4, 1]],
      [{ provider: 'acme', model: 'm2', agentId: 'one' }, [3, 3, 1]],
      [{ provider: 'acme', model: AWKWARD_TEXT, agentId: 'two' }, [2, 2, 1]],
      [{ provider: 'acme', model: 'm1', agentId: 'one' }, [1, 1, 1]],
    ])
  })

  prove('U3', async (store) => {
    await add(store, [
      sampleUsage(10, { sessionKey: 'a', sessionId: 's1' }),
      sampleUsage(20, { sessionKey: 'a', sessionId: 's2' }),
      sampleUsage(30, { sessionKey: 'b' }),
      sampleUsage(40, { sessionKey: null }),
      sampleUsage(50, { sessionKey: 'c' }),
    ])
    const seen = async (query: Partial<UsageQuery>) => {
      const [sum] = await store.usage({ ...ALWAYS, ...query }, [])
      return sum === undefined ? null : [sum.firstAt, sum.lastAt, sum.calls]
    }
    assert.deepEqual(await seen({ from: 20, until: 50 }), [20, 40, 3], 'the end is not part of it')
    assert.deepEqual(await seen({ sessionKey: 'a' }), [10, 20, 2])
    assert.deepEqual(await seen({ sessionKey: 'a', sessionId: 's2' }), [20, 20, 1])
    assert.deepEqual(await seen({ sessionKey: 'nobody' }), null)
    assert.deepEqual(await seen({ newestSessions: 2 }), [30, 50, 2])
    assert.deepEqual(await seen({ newestSessions: 2, until: 50 }), [10, 30, 3])
  })

  prove('U4', async (store) => {
    const day = 20_000
    const midnight = day * DAY_MS
    await add(store, [
      sampleUsage(midnight - 1),
      sampleUsage(midnight),
      sampleUsage(midnight + 22 * HOUR_MS),
      sampleUsage(midnight + 23 * HOUR_MS),
    ])
    const days = async (offsets: UsageQuery['offsets']) => {
      const sums = await store.usage({ from: 0, until: 2 * midnight, offsets }, ['day'])
      return sums.map(({ day, calls }) => [day, calls])
    }
    assert.deepEqual(await days(UTC), [
      [day, 3],
      [day - 1, 1],
    ])
    assert.deepEqual(await days([{ until: null, offsetMs: -30 * 60_000 }]), [
      [day, 2],
      [day - 1, 2],
    ])
    const change = midnight + 22.5 * HOUR_MS
    const forward = [
      { until: change - DAY_MS, offsetMs: 0 },
      { until: change, offsetMs: HOUR_MS },
      { until: null, offsetMs: 2 * HOUR_MS },
    ]
    assert.deepEqual(await days(forward), [
      [day + 1, 1],
      [day, 3],
    ])
  })

  prove('U5', async (store) => {
    await add(store, [
      sampleUsage(1, { sessionKey: 'a', tools: { read: 2, exec: 1 } }),
      sampleUsage(2, { sessionKey: 'b', tools: { read: 1 } }),
      sampleUsage(3, { sessionKey: 'a', tools: { [AWKWARD_TEXT.replaceAll('\u0000', '')]: 1 } }),
      sampleUsage(4, { sessionKey: 'a', tools: {} }),
    ])
    assert.deepEqual(await store.toolUses({ ...ALWAYS, until: 3 }, []), [
      { name: 'read', count: 3 },
      { name: 'exec', count: 1 },
    ])
    assert.deepEqual(
      (await store.toolUses({ ...ALWAYS, sessionKey: 'a' }, ['session'])).map(({ name, count }) => [name, count]),
      [
        ['read', 2],
        [AWKWARD_TEXT.replaceAll('\u0000', ''), 1],
        ['exec', 1],
      ],
    )
  })

  prove('U6', async (store) => {
    await add(store, [
      ...Array.from({ length: 40 }, (_, index) => sampleUsage(index, { sessionKey: 'a', latencyMs: 40 - index })),
      sampleUsage(50, { sessionKey: 'a', latencyMs: null }),
      sampleUsage(51, { sessionKey: 'b', latencyMs: 7 }),
      sampleUsage(52, { sessionKey: 'c', latencyMs: null }),
    ])
    const bySession = await store.latencies(ALWAYS, ['session'])
    assert.deepEqual(
      [...bySession].sort((one, other) => other.count - one.count),
      [
        { sessionKey: 'a', count: 40, avgMs: 20.5, p95Ms: 38, minMs: 1, maxMs: 40 },
        { sessionKey: 'b', count: 1, avgMs: 7, p95Ms: 7, minMs: 7, maxMs: 7 },
      ],
    )
    assert.deepEqual(await store.latencies({ ...ALWAYS, from: 50 }, []), [
      { count: 1, avgMs: 7, p95Ms: 7, minMs: 7, maxMs: 7 },
    ])
    assert.deepEqual(await store.latencies({ ...ALWAYS, from: 60 }, []), [])
  })

  prove('U7', async (store) => {
    assert.deepEqual(await store.usagePoints(ALWAYS, 200), [])
    await add(store, [
      ...Array.from({ length: 10 }, (_, index) => sampleUsage(10 - index)),
      sampleUsage(11, { isAnswered: false }),
    ])
    const points = await store.usagePoints(ALWAYS, 200)
    assert.deepEqual(
      points.map(({ at, calls }) => [at, calls]),
      Array.from({ length: 10 }, (_, index) => [index + 1, 1]),
    )
    assert.deepEqual(
      (await store.usagePoints(ALWAYS, 4)).map(({ at, calls, total }) => [at, calls, total]),
      [
        [3, 3, 60],
        [6, 3, 60],
        [8, 2, 40],
        [10, 2, 40],
      ],
    )
  })

  prove('U8', async (store) => {
    await add(store, [sampleUsage(3), sampleUsage(1), sampleUsage(2), sampleUsage(4)])
    const left = async () => (await store.usagePoints(ALWAYS, 10)).map(({ at }) => at)
    await store.commit([{ kind: 'usage.forget', before: 4, limit: 2 }])
    assert.deepEqual(await left(), [3, 4])
    await store.commit([{ kind: 'usage.forget', before: 4, limit: 2 }])
    assert.deepEqual(await left(), [4])
    await store.commit([{ kind: 'usage.forget', before: 4, limit: 2 }])
    assert.deepEqual(await left(), [4])
  })
}

async function add(store: SessionStore, records: readonly UsageRecord[]): Promise<void> {
  await store.commit(records.map((record) => ({ kind: 'usage.add', record }) as const))
}

function counts(fields: Partial<UsageRecord['messages']>): UsageRecord['messages'] {
  return { user: 0, assistant: 1, toolCalls: 0, toolResults: 0, errors: 0, ...fields }
}

/** Sums of fractions may differ in the last digit. */
function assertSum(sum: UsageSum | undefined, expected: UsageSum): void {
  for (const name of USAGE_NUMBERS) {
    const seen = sum?.[name] ?? Number.NaN
    assert.ok(Math.abs(seen - expected[name]) < 1e-9, `${name} is ${seen} and should be ${expected[name]}`)
  }
}
