import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { IpaddrAddresses } from '../../../src/adapters/addresses-ipaddr/ipaddr-addresses.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { LoginThrottle } from '../../../src/application/access/login-throttle.js'

const ADDRESSES = 50_000
const BAD_LOGINS = 100_000
const MAX_RECORDS = 10_000
/** What one saved lock may take: its kind, the longest household, the end. */
const BYTES_PER_LOCK = 90
const MIB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Half IPv4, half IPv6; 100 of the latter share a /64. */
function addressOf(nr: number): string {
  if (nr % 2 === 0) return `10.${(nr >> 16) & 255}.${(nr >> 8) & 255}.${nr & 255}`
  const site = Math.floor(nr / 200)
  return `2001:db8:${(site >> 8).toString(16)}:${(site & 255).toString(16)}:${(nr * 7919).toString(16).slice(-4)}::${nr.toString(16)}`
}

function stage(maxAttempts: number) {
  const clock = new FakeClock()
  const document = new MemoryDocument()
  const throttle = new LoginThrottle(
    () => ({ maxAttempts, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true }),
    { addresses: new IpaddrAddresses(), clock, document, log: new MemoryLog() },
  )
  return { throttle, clock, document }
}

/** What is in use once everything that nobody needs is gone. */
function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe(`${BAD_LOGINS} bad logins from ${ADDRESSES} addresses`, () => {
  it.each([
    ['as configured by default', 10],
    ['with a lockout at the first failure', 1],
  ])('take a bounded part of memory and disk, %s', async (title, maxAttempts) => {
    const { throttle, clock, document } = stage(maxAttempts)
    await throttle.open()
    const before = heapBytes()
    let mostRecords = 0
    let lockouts = 0
    for (let nr = 0; nr < BAD_LOGINS; nr += 1) {
      if (throttle.failed('shared-secret', addressOf(nr % ADDRESSES)) !== null) lockouts += 1
      mostRecords = Math.max(mostRecords, throttle.size)
      if (nr % 1_000 === 0) await clock.advance(200)
    }
    const grownBytes = heapBytes() - before
    await throttle.close()
    const savedBytes = Buffer.byteLength((await document.read()) ?? '')
    console.log(
      `${title}: ${mostRecords} records at most, ${lockouts} lockouts, ${savedBytes} bytes saved, ` +
        `heap ${(before / MIB).toFixed(1)} MiB before, ${(grownBytes / MIB).toFixed(1)} MiB more after`,
    )
    expect(mostRecords).toBe(MAX_RECORDS)
    expect(lockouts).toBeGreaterThan(0)
    expect(savedBytes).toBeLessThan(MAX_RECORDS * BYTES_PER_LOCK)
    expect(grownBytes).toBeLessThan(32 * MIB)
  })

  it('do not free whoever is locked out, while others only fail', () => {
    const { throttle } = stage(10)
    const guesser = '192.0.2.66'
    for (let nr = 0; nr < 10; nr += 1) throttle.failed('shared-secret', guesser)
    // Distinct IPv4 addresses: none fails often enough to be locked out itself.
    for (let nr = 0; nr < BAD_LOGINS; nr += 2) throttle.failed('shared-secret', addressOf(nr))
    expect(throttle.size).toBe(MAX_RECORDS)
    expect(throttle.waitMs('shared-secret', guesser)).toBe(300_000)
  })

  it('lock a /64 out however many of its addresses are used', () => {
    const { throttle } = stage(10)
    for (let nr = 1; nr <= 10; nr += 1) throttle.failed('shared-secret', `2001:db8:1:2:${nr}::${nr}`)
    expect(throttle.waitMs('shared-secret', '2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(300_000)
    expect(throttle.size).toBe(1)
  })
})
