import { afterEach, expect, it } from 'vitest'
import { loadUws } from '../../../src/adapters/transport-uws/uws-binding.js'
import { growth, mebibytes, report } from './figures.js'
import { ProbedGateway } from './probed-gateway.js'
import type { Allowance, Vitals } from './vitals.js'
import { Witness } from './witness.js'

/** Longest time of one scenario. */
const SCENARIO_MS = 120_000
/** A handful of timers come and go by themselves: ticks, health, the date of HTTP answers. */
const SOME_TIMERS = 5
const LEFT_BY_A_SECOND_TIME_BYTES = 100 * 1024 * 1024

export interface Scenario {
  readonly name: string
  /** Configuration of the gateway; absent = as it comes. */
  readonly config?: object
  /** Does a little of everything, so that what is loaded and cached at first use is there before the first look. */
  warmUp(gateway: ProbedGateway): Promise<void>
  /** The load. Gives figures of its own. */
  load(gateway: ProbedGateway): Promise<Readonly<Record<string, string>>>
  /** Whether to do it all twice: what is only kept for the next time is not kept again. */
  readonly isRepeated?: boolean
  /** What may be held afterwards beyond what was held before. */
  readonly allowed: Omit<Allowance, 'timers'>
  /** The most the process may ever grow by, resident. */
  readonly peakBytes: number
  /** Longest time of it all, in milliseconds; absent = two minutes. */
  readonly patienceMs?: number
}

const open: { destroy(): unknown }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.destroy()))
})

/** Runs a load against the built command, beside a well-behaved client, and looks at what is left of it. */
export function scenario(spec: Scenario): void {
  const { name, config, warmUp, load, allowed, peakBytes, isRepeated = false, patienceMs = SCENARIO_MS } = spec
  it(
    name,
    async ({ skip }) => {
      if (process.platform !== 'linux') skip('memory and sockets of another process are read from /proc')
      const lacksEngine = process.env.MAYROS_ENGINE === 'uws' && loadUws().engine === undefined
      if (lacksEngine) skip('uWebSockets.js does not load here')
      const gateway = await ProbedGateway.start(config)
      open.push({ destroy: () => gateway.dispose() })
      const limits = { ...allowed, timers: SOME_TIMERS }
      const fresh = await gateway.look()
      await warmUp(gateway)
      const anyMemory = { heapBytes: Infinity, residentBytes: Infinity, timers: SOME_TIMERS }
      const before = await gateway.settle(fresh, anyMemory)
      const witness = await Witness.begin(gateway)
      open.push(witness)

      const begun = performance.now()
      const own = await load(gateway)
      const seconds = (performance.now() - begun) / 1000
      const { calls, requests, troubles } = await witness.testify()
      const after = await gateway.settle(before, limits)
      const peak = gateway.peakBytes
      const again = isRepeated ? await loadedAgain(gateway, spec, after) : null

      report(name, gateway.engine, {
        ...own,
        duration: `${seconds.toFixed(1)} s`,
        'others served meanwhile': `${calls.count} calls, ${requests.count} requests`,
        'slowest answer to others': `${Math.max(calls.slowestMs, requests.slowestMs).toFixed(0)} ms`,
        'heap, before and after': `${mebibytes(before.heapBytes)}, ${growth(before.heapBytes, after.heapBytes)}`,
        'resident, before and after': `${mebibytes(before.residentBytes)}, ${growth(before.residentBytes, after.residentBytes)}`,
        'resident, peak': growth(before.residentBytes, peak),
        ...(again === null
          ? {}
          : { 'resident, after a second time': growth(after.residentBytes, again.residentBytes) }),
        'sockets and timers left over': `${after.openSockets - before.openSockets}, ${Math.max(0, after.timers - before.timers)}`,
      })
      expect(gateway.hasEnded, 'the gateway has ended').toBe(false)
      expect(troubles, 'what went wrong for a well-behaved client').toEqual([])
      expect(Math.min(calls.count, requests.count), 'answers to a well-behaved client').toBeGreaterThan(0)
      expect(gateway.errorLines, 'errors in the log').toEqual([])
      expect(after.openSockets - before.openSockets, 'sockets left over').toBeLessThanOrEqual(0)
      expect(after.timers - before.timers, 'timers left over').toBeLessThanOrEqual(SOME_TIMERS)
      expect(after.heapBytes - before.heapBytes, 'heap left over, in bytes').toBeLessThan(allowed.heapBytes)
      expect(after.residentBytes - before.residentBytes, 'resident left over, in bytes').toBeLessThan(
        allowed.residentBytes,
      )
      expect(peak - before.residentBytes, 'peak growth in bytes').toBeLessThan(peakBytes)
      if (again !== null) {
        const more = again.residentBytes - after.residentBytes
        expect(more, 'resident left over by a second time, in bytes').toBeLessThan(LEFT_BY_A_SECOND_TIME_BYTES)
      }
      expect((await gateway.running.stop()).code, 'exit code').toBe(0)
    },
    patienceMs,
  )
}

async function loadedAgain(gateway: ProbedGateway, { load, allowed }: Scenario, first: Vitals): Promise<Vitals> {
  await load(gateway)
  const asLittle = { ...allowed, residentBytes: LEFT_BY_A_SECOND_TIME_BYTES, timers: SOME_TIMERS }
  return gateway.settle(first, asLittle)
}
