import { describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { memoryHarness } from '../contracts/harness/memory-harness.js'
import { BrokenPromise } from '../contracts/kit/broken-promise.js'
import { type ContractHarness, defineContract } from '../contracts/kit/contract.js'
import { CONTRACTS } from '../contracts/kit/contract-kit.js'
import type { ContractRunner } from '../contracts/kit/contract-runner.js'
import { runContract } from '../contracts/kit/run-contract.js'
import { shuffled } from '../contracts/kit/shuffled.js'

/** A contract about a number, in as many ways as a proof can end. */
const numbers = defineContract<ContractHarness & { readonly value: number }>({
  port: 'clock',
  guarantees: {
    '1': { promise: 'the number is positive', because: 'it counts something' },
    '2': { promise: 'the number is even', because: 'things come in pairs', needs: 'pairs' },
  },
  members: ['create'],
  check: async (id, { value }) => {
    calls.push(id)
    if (id === '1' && value <= 0) throw new Error(`it is ${value}`)
    if (id === '2') expect(value % 2 === 0, 'odd').toBe(true)
  },
})
let calls: string[] = []

describe('a contract as a function', () => {
  it('registers one test per guarantee, and skips with the reason in the title', () => {
    const seen = noting()
    numbers(seen.runner, { name: 'three', value: 3, skip: { 2: 'three stands alone' } })
    expect(seen.titles).toEqual([
      'describe clock contract: three',
      'it 1 the number is positive',
      'skip 2 the number is even (skipped: three stands alone)',
    ])
  })

  it('prints the reason where a runner cannot skip', () => {
    const seen = noting()
    numbers(
      { describe: seen.runner.describe, it: (name) => seen.runner.it(name, async () => undefined) },
      {
        name: 'three',
        value: 3,
        skip: { 2: 'three stands alone' },
      },
    )
    expect(seen.titles.at(-1)).toBe('it 2 the number is even (skipped: three stands alone)')
  })

  it('wants a reason, and a guarantee that exists', () => {
    const { runner } = noting()
    const skipping = (skip: Record<string, string>) => () => numbers(runner, { name: 'x', value: 2, skip })
    expect(skipping({ 2: ' ' })).toThrow('guarantee 2 is skipped without a reason; say why')
    expect(skipping({ 7: 'no' })).toThrow('the clock contract has no guarantee 7')
  })

  it('says how to pass the runner where none can be found', () => {
    expect(() => numbers({ name: 'x', value: 2 })).toThrow('pass its functions first')
  })

  it('names who broke what, why it matters and what was seen', async () => {
    const broken = await numbers.prove('1', { name: 'minus', value: -1 }).catch((thrown: unknown) => thrown)
    expect(broken).toBeInstanceOf(BrokenPromise)
    expect((broken as Error).message).toBe(
      'minus breaks guarantee 1: the number is positive (because it counts something). Seen: it is -1',
    )
  })
})

describe('runContract', () => {
  it('tells what became of each guarantee', async () => {
    const told: string[] = []
    const outcomes = await runContract(
      numbers,
      { name: 'minus', value: -2, skip: { 2: 'not now' } },
      { told: ({ id, status }) => told.push(`${id} ${status}`) },
    )
    expect(told).toEqual(['1 fail', '2 skip'])
    expect(outcomes[0]).toMatchObject({ expected: 'the number is positive', seen: 'it is -2' })
    expect(outcomes[1]).toMatchObject({ reason: 'not now' })
    const only = await runContract(numbers, { name: 'two', value: 2 }, { only: ['2'], skip: {} })
    expect(only.map(({ id, status }) => [id, status])).toEqual([['2', 'pass']])
  })

  it('repeats under stress, in an order that the seed decides', async () => {
    calls = []
    await runContract(numbers, { name: 'two', value: 2 }, { stress: { seed: 4, rounds: 3 } })
    expect([...calls].sort()).toEqual(['1', '1', '1', '2', '2', '2'])
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
    expect(shuffled(ids, 9)).toEqual(shuffled(ids, 9))
    expect(shuffled(ids, 9)).not.toEqual(shuffled(ids, 10))
    expect([...shuffled(ids, 9)].sort()).toEqual([...ids].sort())
  })
})

describe('every contract', () => {
  const harnesses: { readonly [Port in keyof typeof CONTRACTS]?: () => ContractHarness } = {
    'session-store': () => ({ name: 'memory', create: async () => new MemorySessionStore() }) as ContractHarness,
    channel: () =>
      ({
        name: 'memory',
        secrets: ['hunter2'],
        create: async (mood: 'working', accountId: string) => ({
          channel: new MemoryChannel({ mood, accountId }),
          isIdle: () => true,
          dispose: async () => undefined,
        }),
      }) as ContractHarness,
    clock: () =>
      ({
        name: 'fake',
        create: () => {
          const clock = new FakeClock()
          return { clock, pass: (milliseconds: number) => clock.advance(milliseconds) }
        },
      }) as ContractHarness,
    log: () =>
      ({
        name: 'memory',
        create: async (options: object) => {
          const log = new MemoryLog(options)
          const addSecrets = (secrets: readonly string[]) => log.addSecrets(secrets)
          return { log, reader: log, addSecrets, flush: () => undefined, dispose: async () => undefined }
        },
      }) as ContractHarness,
    transport: () => memoryHarness(),
  }

  it.each(Object.entries(harnesses))('%s proves each of its guarantees without a test runner', async (port, make) => {
    const contract = CONTRACTS[port as keyof typeof CONTRACTS]
    const outcomes = await runContract(contract as never, make() as never)
    expect(outcomes.filter(({ status }) => status === 'fail')).toEqual([])
    expect(outcomes.map(({ id }) => id)).toEqual(Object.keys(contract.guarantees))
  })

  it.each(Object.values(CONTRACTS).map((contract) => [contract.port, contract] as const))(
    '%s tells every promise and its reason in words',
    (_, { guarantees }) => {
      for (const [id, { promise, because }] of Object.entries(guarantees)) {
        expect(promise.length, id).toBeGreaterThan(15)
        expect(because.length, id).toBeGreaterThan(15)
      }
      const promises = Object.values(guarantees).map(({ promise }) => promise)
      expect(new Set(promises).size).toBe(promises.length)
    },
  )
})

/** A runner that only writes down what is registered. */
function noting(): { readonly titles: string[]; readonly runner: ContractRunner } {
  const titles: string[] = []
  return {
    titles,
    runner: {
      describe: (name, body) => {
        titles.push(`describe ${name}`)
        body()
      },
      it: Object.assign((name: string) => titles.push(`it ${name}`), {
        skip: (name: string) => titles.push(`skip ${name}`),
      }),
    },
  }
}
