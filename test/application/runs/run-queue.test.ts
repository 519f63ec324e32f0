import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { RunQueue } from '../../../src/application/runs/run-queue.js'
import type { Lane } from '../../../src/domain/run/queue-lane.js'

interface Item {
  readonly line: string
  readonly lane: Lane | null
  readonly nr: number
  /** Not before this time. */
  readonly from: number
  /** Starts together with those of its line that are gathered too. */
  readonly isGathered: boolean
}

type Step =
  | { readonly do: 'enqueue'; readonly line: string; readonly waitMs: number; readonly isGathered: boolean }
  | { readonly do: 'finish' | 'withdraw'; readonly which: number }
  | { readonly do: 'limit'; readonly main: number }
  | { readonly do: 'pass'; readonly ms: number }

const LANES: Readonly<Record<string, Lane | null>> = { a: 'main', b: 'main', c: 'main', s: 'subagent', x: null }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      line: fc.constantFrom('a', 'b', 'c', 's', 'x'),
      waitMs: fc.constantFrom(0, 0, 0, 10),
      isGathered: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('finish' as const, 'withdraw' as const), which: fc.nat(6) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('limit' as const), main: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(5, 10) }) },
)

function turnOf(waiting: readonly Item[]): number {
  const end = waiting.findIndex((item) => !item.isGathered)
  return waiting[0]?.isGathered === true ? (end === -1 ? waiting.length : end) : 1
}

/** A queue whose turns end when the test says so. */
class Bench {
  readonly clock = new FakeClock()
  readonly running = new Map<readonly Item[], () => void>()
  readonly started: (readonly Item[])[] = []
  readonly queue: RunQueue<Item>

  constructor(main: number) {
    this.queue = new RunQueue<Item>({
      caps: { main, subagent: 1, cron: 1 },
      clock: this.clock,
      laneOf: ({ lane }) => lane,
      turnOf,
      delayOf: (waiting) => (waiting[turnOf(waiting) - 1]?.from ?? 0) - this.clock.now(),
      start: (turn) => {
        this.started.push(turn)
        return new Promise<void>((resolve) => this.running.set(turn, resolve))
      },
    })
  }

  add(line: string, nr: number, extra: Partial<Item> = {}): Item {
    const item = { line, nr, lane: LANES[line] ?? 'main', from: 0, isGathered: false, ...extra }
    this.queue.enqueue(line, item)
    return item
  }

  /** Ends the turn that has run longest; returns it. */
  async finish(which = 0): Promise<readonly Item[] | undefined> {
    const turn = [...this.running.keys()][which]
    if (turn === undefined) return undefined
    this.running.get(turn)?.()
    this.running.delete(turn)
    await this.clock.advance(0)
    return turn
  }
}

describe('RunQueue', () => {
  it('has one turn per line, order and groups within a line, waits for quiet, and never idles', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 50 }), async (cap, steps) => {
        const bench = new Bench(cap)
        const { queue, clock } = bench
        const waiting: Item[] = []
        let main = cap
        for (const [nr, now] of steps.entries()) {
          if (now.do === 'enqueue') {
            const from = now.waitMs === 0 ? 0 : clock.now() + now.waitMs
            waiting.push(bench.add(now.line, nr, { lane: LANES[now.line] ?? null, from, isGathered: now.isGathered }))
          } else if (now.do === 'finish') await bench.finish(now.which)
          else if (now.do === 'pass') await clock.advance(now.ms)
          else if (now.do === 'limit') {
            main = now.main
            queue.limit({ main, subagent: 1, cron: 1 })
          } else {
            const item = waiting[now.which]
            if (item !== undefined && queue.waiting(item.line).includes(item)) {
              expect(queue.withdraw(item.line, item)).toBe(true)
              expect(queue.withdraw(item.line, item)).toBe(false)
              waiting.splice(waiting.indexOf(item), 1)
            }
          }
          await clock.advance(0)
          for (const item of bench.started.flat()) {
            const at = waiting.indexOf(item)
            if (at !== -1) waiting.splice(at, 1)
          }

          const heads = [...bench.running.keys()].map((turn) => turn[0] as Item)
          const lines = heads.map(({ line }) => line)
          expect(new Set(lines).size).toBe(lines.length)
          expect(queue.running).toBe(heads.filter(({ lane }) => lane !== null).length)
          for (const [lane, most] of [
            ['main', main],
            ['subagent', 1],
          ] as const) {
            const inLane = heads.filter((item) => item.lane === lane)
            const free = Object.keys(LANES).filter((line) => {
              const here = queue.waiting(line)
              const last = here[turnOf(here) - 1]
              return LANES[line] === lane && !lines.includes(line) && last !== undefined && last.from <= clock.now()
            })
            expect(free.length === 0 || inLane.length >= most).toBe(true)
          }
          for (const line of Object.keys(LANES)) {
            const order = bench.started.flat().filter((item) => item.line === line)
            expect(order.map((item) => item.nr)).toEqual(order.map((item) => item.nr).sort((a, b) => a - b))
            expect(queue.waiting(line)).toEqual(waiting.filter((item) => item.line === line))
            expect(queue.isBusy(line)).toBe(lines.includes(line) || queue.waiting(line).length > 0)
          }
          expect(bench.started.every((turn) => turn.length === 1 || turn.every((item) => item.isGathered))).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never starts a turn over the cap of its lane', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(9), { maxLength: 40 }), async (cap, picks) => {
        const bench = new Bench(cap)
        for (const [nr, pick] of picks.entries()) {
          bench.add(`line${pick}`, nr, { lane: pick > 6 ? 'subagent' : 'main' })
          if (pick % 3 === 0) await bench.finish()
          const lanes = [...bench.running.keys()].map(([item]) => item?.lane)
          expect(lanes.filter((lane) => lane === 'main').length).toBeLessThanOrEqual(cap)
          expect(lanes.filter((lane) => lane === 'subagent').length).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('gives every line its turn before any line gets a second one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 8 }),
        async (cap, sizes) => {
          const bench = new Bench(cap)
          for (const [line, size] of sizes.entries()) {
            for (let nr = 0; nr < size; nr += 1) bench.add(`line${line}`, nr)
          }
          while ((await bench.finish()) !== undefined);
          expect(bench.started.length).toBe(sizes.reduce((sum, size) => sum + size, 0))
          const turns = new Map<string, number>()
          for (const [item] of bench.started) {
            const { line = '' } = item ?? {}
            const mine = (turns.get(line) ?? 0) + 1
            turns.set(line, mine)
            for (const [other, size] of sizes.entries()) {
              const had = turns.get(`line${other}`) ?? 0
              // Turns that run together may end in any order, so one round of difference is as even as it gets.
              if (had < size) expect(mine - had).toBeLessThanOrEqual(2)
            }
          }
        },
      ),
    )
  })

  it('starts nothing new once it is paused, and leaves no timer', async () => {
    const bench = new Bench(1)
    const first = bench.add('a', 1)
    bench.add('a', 2)
    bench.add('late', 3, { from: bench.clock.now() + 10 })
    expect(bench.clock.pendingTimers).toBe(1)
    bench.queue.pause()
    bench.add('b', 4)
    await bench.finish()
    await bench.clock.advance(100)

    expect(bench.started).toEqual([[first]])
    expect(bench.clock.pendingTimers).toBe(0)
    expect([bench.queue.running, bench.queue.isBusy('a'), bench.queue.isBusy('b')]).toEqual([0, true, true])
  })

  it('hands out those at the head of a line, up to the first that is not wanted', () => {
    const bench = new Bench(1)
    const [, second, third, fourth] = [1, 2, 3, 4].map((nr) => bench.add('a', nr))
    expect(bench.queue.draw('a', ({ nr }) => nr < 4)).toEqual([second, third])
    expect(bench.queue.waiting('a')).toEqual([fourth])
    expect(bench.queue.draw('a', () => true)).toEqual([fourth])
    expect(bench.queue.draw('nowhere', () => true)).toEqual([])
  })
})
