import { describe, expect, it } from 'vitest'
import { MemoryAuditTrail } from '../../src/adapters/audit-memory/memory-audit-trail.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { auditTrailContract } from '../contracts/audit-trail.contract.js'

auditTrailContract(
  { describe, it },
  {
    name: 'memory',
    outlivesProcess: false,
    async create() {
      const clock = new FakeClock()
      const trail = new MemoryAuditTrail(clock)
      return {
        trail,
        now: () => clock.now(),
        pass: (milliseconds) => clock.advance(milliseconds),
        dispose: () => trail.close(),
      }
    },
  },
)

describe('MemoryAuditTrail', () => {
  it('forgets the oldest beyond ten thousand entries', () => {
    const trail = new MemoryAuditTrail(new FakeClock())
    for (let number = 0; number <= 10_000; number += 1) trail.record('tool', { subject: `${number}` })
    expect([trail.entries.length, trail.entries[0]?.subject]).toEqual([10_000, '1'])
  })

  it('leaves no timer behind', async () => {
    const clock = new FakeClock()
    const trail = new MemoryAuditTrail(clock)
    trail.record('refused', { address: '192.0.2.1' })
    await trail.close()
    expect(clock.pendingTimers).toBe(0)
  })
})
