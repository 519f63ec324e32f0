import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RunQueue } from '../../../src/application/runs/run-queue.js'

interface Item {
  readonly lane: string
  readonly nr: number
}

type Step =
  | { readonly do: 'enqueue'; readonly lane: string }
  | { readonly do: 'finish' | 'withdraw'; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('enqueue' as const), lane: fc.constantFrom('a', 'b', 'c', 'd') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('finish' as const, 'withdraw' as const), which: fc.nat(8) }),
  },
)

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('RunQueue', () => {
  it('keeps the cap, one at a time per lane, the order within a lane, and never idles', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 40 }), async (cap, steps) => {
        const running = new Map<Item, () => void>()
        const started: Item[] = []
        const waiting: Item[] = []
        const queue = new RunQueue<Item>(cap, (item) => {
          started.push(item)
          waiting.splice(waiting.indexOf(item), 1)
          return new Promise((resolve) => running.set(item, resolve))
        })
        let nr = 0
        for (const now of steps) {
          if (now.do === 'enqueue') {
            const item = { lane: now.lane, nr: nr++ }
            waiting.push(item)
            queue.enqueue(item.lane, item)
          } else if (now.do === 'finish') {
            const item = [...running.keys()][now.which]
            if (item !== undefined) running.get(item)?.()
            if (item !== undefined) running.delete(item)
          } else {
            const item = waiting[now.which]
            if (item !== undefined) {
              expect(queue.withdraw(item.lane, item)).toBe(true)
              expect(queue.withdraw(item.lane, item)).toBe(false)
              waiting.splice(waiting.indexOf(item), 1)
            }
          }
          await settled()
          const lanes = [...running.keys()].map((item) => item.lane)
          expect(lanes.length).toBeLessThanOrEqual(cap)
          expect(new Set(lanes).size).toBe(lanes.length)
          expect(queue.running).toBe(lanes.length)
          const free = waiting.filter((item) => !lanes.includes(item.lane))
          expect(free.length === 0 || lanes.length === cap).toBe(true)
          for (const lane of 'abcd') {
            const order = started.filter((item) => item.lane === lane).map((item) => item.nr)
            expect(order).toEqual([...order].sort((a, b) => a - b))
            expect(queue.isBusy(lane)).toBe([...running.keys(), ...waiting].some((item) => item.lane === lane))
          }
        }
      }),
    )
  })

  it('starts nothing new once it is paused', async () => {
    const started: string[] = []
    let finish: () => void = () => undefined
    const queue = new RunQueue<string>(1, (item) => {
      started.push(item)
      return new Promise((resolve) => {
        finish = resolve
      })
    })
    queue.enqueue('a', 'first')
    queue.enqueue('a', 'second')
    queue.pause()
    queue.enqueue('b', 'third')
    finish()
    await settled()

    expect(started).toEqual(['first'])
    expect([queue.running, queue.isBusy('a'), queue.isBusy('b')]).toEqual([0, true, true])
  })
})
