import { spawnSync } from 'node:child_process'
import { buildSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { clockContract } from '../contracts/clock.contract.js'

clockContract(
  { describe, it },
  {
    name: 'system',
    create() {
      const clock = new SystemClock()
      const pass = async (milliseconds: number) => {
        const until = performance.now() + milliseconds
        while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, until - performance.now()))
      }
      return { clock, pass }
    },
  },
)

clockContract(
  { describe, it },
  {
    name: 'fake',
    create() {
      const clock = new FakeClock()
      return { clock, pass: (milliseconds) => clock.advance(milliseconds) }
    },
  },
)

describe('FakeClock', () => {
  it('fires in order of due time, then of setting, with the time each one waits for', async () => {
    const clock = new FakeClock(1000)
    const fired: string[] = []
    clock.after(20, () => fired.push(`b@${clock.now()}`))
    clock.after(10, () => fired.push(`a@${clock.now()}`))
    clock.after(20, () => fired.push(`c@${clock.now()}`))
    expect(clock.pendingTimers).toBe(3)
    await clock.advance(30)
    expect(fired).toEqual(['a@1010', 'b@1020', 'c@1020'])
    expect(clock.now()).toBe(1030)
    expect(clock.pendingTimers).toBe(0)
  })

  it('lets everything promised happen between two timers', async () => {
    const clock = new FakeClock(0)
    const fired: string[] = []
    const waits = async () => {
      await new Promise<void>((resolve) => clock.after(5, resolve))
      for (let hop = 0; hop < 10; hop++) await Promise.resolve()
      fired.push('continued')
      clock.after(1, () => fired.push(`chained@${clock.now()}`))
    }
    void waits()
    clock.after(7, () => fired.push('last'))
    await clock.advance(10)
    expect(fired).toEqual(['continued', 'chained@6', 'last'])
  })
})

describe('SystemClock', () => {
  it('does not keep the process alive', () => {
    const source = 'src/adapters/clock-system/system-clock.ts'
    const { outputFiles } = buildSync({
      entryPoints: [source],
      bundle: true,
      format: 'esm',
      platform: 'node',
      write: false,
    })
    const script = `${outputFiles[0]?.text}
      new SystemClock().after(3_600_000, () => process.exit(1))
      new SystemClock().every(3_600_000, () => process.exit(1))`
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    expect({ status, signal }).toEqual({ status: 0, signal: null })
  })
})
