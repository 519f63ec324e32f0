import { describe, expect, it } from 'vitest'
import { processMemory, readResident } from '../../src/adapters/host-node/process-memory.js'

describe('memory of a process', () => {
  it('is told of one that lives, in bytes', async () => {
    const bytes = await processMemory(process.pid)
    expect(bytes).toBeGreaterThan(10_000_000)
    expect(bytes).toBeLessThan(10_000_000_000)
  })

  it('is not known of one that is gone', async () => {
    expect(await processMemory(2 ** 22 + 1)).toBeNull()
  })

  it('is one line of many', () => {
    expect(readResident('Name:\tnode\nVmPeak:\t  99 kB\nVmRSS:\t   84212 kB\nThreads:\t7\n')).toBe(84_212)
    expect(readResident('Name:\tkthreadd\nThreads:\t1\n')).toBeNull()
  })
})
