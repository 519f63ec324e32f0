import assert from 'node:assert/strict'
import type { Clock } from '../../src/application/ports/clock.js'
import { CLOCK_GUARANTEES, type ClockGuaranteeId } from './clock/clock-guarantees.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'

/** What a clock's own test has to bring. */
export interface ClockHarness extends ContractHarness {
  create(): {
    readonly clock: Clock
    /** Resolves when at least so many milliseconds have passed on this clock. */
    pass(milliseconds: number): Promise<void>
  }
}

const proofs = new Map<ClockGuaranteeId, (harness: ClockHarness) => Promise<void>>()

proofs.set('K1', async (harness) => {
  const { clock, pass } = harness.create()
  const first = clock.monotonic()
  await pass(5)
  const second = clock.monotonic()
  assert.ok(second >= first + 4.9, `5 ms passed, monotonic() moved by ${second - first}`)
})

proofs.set('K2', async (harness) => {
  const { clock } = harness.create()
  assert.ok(clock.now() > Date.UTC(2020, 0, 1), `${clock.now()} is no current Unix time in milliseconds`)
  assert.ok(Number.isInteger(clock.now()), `${clock.now()} is not whole`)
})

proofs.set('K3', async (harness) => {
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

proofs.set('K4', async (harness) => {
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

proofs.set('K5', async (harness) => {
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

proofs.set('K6', async (harness) => {
  const { clock, pass } = harness.create()
  let fired = 0
  const timer = clock.after(40 * 24 * 3_600_000, () => {
    fired += 1
  })
  await pass(10)
  timer.cancel()
  assert.equal(fired, 0, 'a timer of forty days fired at once')
})

/** Holds a clock to everything the port promises. */
export const clockContract = defineContract<ClockHarness>({
  port: 'clock',
  guarantees: CLOCK_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
})
