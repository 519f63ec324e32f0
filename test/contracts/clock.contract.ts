import assert from 'node:assert/strict'
import type { Clock } from '../../src/application/ports/clock.js'

/** What a clock contract needs of the test runner. */
export interface ClockRunner {
  describe(title: string, body: () => void): void
  it(title: string, body: () => Promise<void>): void
}

export interface ClockHarness {
  readonly name: string
  create(): {
    readonly clock: Clock
    /** Resolves when at least so many milliseconds have passed on this clock. */
    pass(milliseconds: number): Promise<void>
  }
}

/** Holds a clock to everything the port promises. */
export function clockContract(runner: ClockRunner, harness: ClockHarness): void {
  runner.describe(`clock contract: ${harness.name}`, () => {
    runner.it('1 monotonic() never runs backwards and moves as time passes', async () => {
      const { clock, pass } = harness.create()
      const first = clock.monotonic()
      await pass(5)
      const second = clock.monotonic()
      assert.ok(second >= first + 4.9, `5 ms passed, monotonic() moved by ${second - first}`)
    })

    runner.it('2 now() is wall-clock time in whole Unix milliseconds', async () => {
      const { clock } = harness.create()
      assert.ok(clock.now() > Date.UTC(2020, 0, 1), `${clock.now()} is no current Unix time in milliseconds`)
      assert.ok(Number.isInteger(clock.now()), `${clock.now()} is not whole`)
    })

    runner.it('3 a timer fires once, never synchronously, never before its time', async () => {
      const { clock, pass } = harness.create()
      const setAt = clock.monotonic()
      const fired: number[] = []
      clock.after(10, () => fired.push(clock.monotonic() - setAt))
      clock.after(0, () => fired.push(0))
      assert.deepEqual(fired, [], 'nothing may fire inside after()')
      await pass(40)
      assert.equal(fired.length, 2, `each timer fires once, seen: ${fired.join(', ')}`)
      assert.equal(fired[0], 0, 'the shorter delay fires first')
      assert.ok((fired[1] ?? 0) >= 10, `a timer of 10 ms fired after ${fired[1]} ms`)
    })

    runner.it('4 a cancelled timer never fires, and cancelling again or late is harmless', async () => {
      const { clock, pass } = harness.create()
      let fired = 0
      const early = clock.after(5, () => {
        fired += 1
      })
      early.cancel()
      early.cancel()
      const late = clock.after(1, () => {
        fired += 10
      })
      await pass(20)
      late.cancel()
      assert.equal(fired, 10, 'only the timer that was not cancelled fires')
    })

    runner.it('5 every() repeats until it is cancelled, also by its own action', async () => {
      const { clock, pass } = harness.create()
      let beats = 0
      await new Promise<void>((resolve, reject) => {
        const timer = clock.every(3, () => {
          beats += 1
          if (beats < 3) return
          timer.cancel()
          resolve()
        })
        pass(60).then(undefined, reject)
      })
      await pass(15)
      assert.equal(beats, 3, `cancelled at the third beat, seen: ${beats}`)
    })

    runner.it('6 a delay longer than native timers can count does not fire at once', async () => {
      const { clock, pass } = harness.create()
      let fired = 0
      const timer = clock.after(40 * 24 * 3_600_000, () => {
        fired += 1
      })
      await pass(10)
      timer.cancel()
      assert.equal(fired, 0, 'a timer of forty days fired at once')
    })
  })
}
