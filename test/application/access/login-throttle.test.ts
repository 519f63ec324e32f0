import { describe, expect, it } from 'vitest'
import { IpaddrAddresses } from '../../../src/adapters/addresses-ipaddr/ipaddr-addresses.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { LoginThrottle, type ThrottleRules } from '../../../src/application/access/login-throttle.js'
import { DocumentFailure } from '../../../src/application/ports/document.js'

const RULES: ThrottleRules = { maxAttempts: 2, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true }

/** A document whose writes wait for `release`, or fail. */
class SlowDocument extends MemoryDocument {
  readonly written: string[] = []
  isFailing = false
  isWaiting = false
  #release: () => void = () => undefined

  override async write(text: string): Promise<void> {
    this.written.push(text)
    if (this.isWaiting) {
      await new Promise<void>((resolve) => {
        this.#release = resolve
      })
    }
    if (this.isFailing) throw new DocumentFailure('document-unwritable', 'cannot write memory: ENOSPC')
    await super.write(text)
  }

  release(): void {
    this.#release()
  }
}

function stage(document = new SlowDocument(), clock = new FakeClock()) {
  const log = new MemoryLog()
  const rules = { current: RULES }
  const throttle = new LoginThrottle(() => rules.current, { addresses: new IpaddrAddresses(), clock, document, log })
  const lockOut = (address: string) => {
    throttle.failed('shared-secret', address)
    return throttle.failed('shared-secret', address)
  }
  const said = () => log.lines.map(({ level, message }) => `${level} ${message}`)
  const locked = async () => {
    const text = (await document.read()) ?? '{"locks":[]}'
    return (JSON.parse(text) as { locks: [string, string, number][] }).locks.map(([, household]) => household)
  }
  return { throttle, document, clock, log, rules, lockOut, said, locked }
}

describe('LoginThrottle', () => {
  it('locks a household out, for one kind of credential', () => {
    const { throttle } = stage()
    expect(throttle.failed('device-token', '2001:db8::1')).toBeNull()
    expect(throttle.failed('device-token', '2001:db8::2')).toBe(300_000)
    expect(throttle.waitMs('device-token', '2001:db8::3')).toBe(300_000)
    expect(throttle.waitMs('shared-secret', '2001:db8::1')).toBe(0)
    expect(throttle.waitMs('device-token', '2001:db8:0:1::1')).toBe(0)
  })

  it('counts a mapped address as the one it means', () => {
    const { throttle } = stage()
    throttle.failed('hooks', '::ffff:192.0.2.1')
    expect(throttle.failed('hooks', '192.0.2.1')).toBe(300_000)
  })

  it('forgets failures on success', () => {
    const { throttle } = stage()
    throttle.failed('hooks', '192.0.2.1')
    throttle.succeeded('hooks', '192.0.2.1')
    expect(throttle.failed('hooks', '192.0.2.1')).toBeNull()
  })

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', ''])(
    'exempts this machine if told to (%j)',
    (address) => {
      const { throttle, lockOut, rules } = stage()
      expect(lockOut(address)).toBeNull()
      expect(throttle.size).toBe(0)
      rules.current = { ...RULES, exemptLoopback: false }
      expect(lockOut(address)).toBe(300_000)
      expect(throttle.waitMs('shared-secret', address)).toBe(300_000)
      rules.current = RULES
      expect(throttle.waitMs('shared-secret', address)).toBe(0)
    },
  )

  it.each(['localhost', '127.0.0.1:80', '127.0.0.1.example.org', 'unknown'])('counts foreign text (%j)', (address) => {
    expect(stage().lockOut(address)).toBe(300_000)
  })

  it('reads the rules at each use; locks that exist stay', () => {
    const { throttle, lockOut, rules } = stage()
    lockOut('192.0.2.1')
    rules.current = { ...RULES, maxAttempts: 1, lockoutMs: 1_000 }
    expect(throttle.failed('shared-secret', '192.0.2.2')).toBe(1_000)
    expect(throttle.waitMs('shared-secret', '192.0.2.1')).toBe(300_000)
  })

  it('keeps lockouts over a restart, also when the process was killed', async () => {
    const { throttle, document, clock, lockOut } = stage()
    await throttle.open()
    lockOut('192.0.2.1')
    await clock.advance(10_000)
    const next = stage(document, clock)
    await next.throttle.open()
    expect(next.throttle.waitMs('shared-secret', '192.0.2.1')).toBe(290_000)
    await clock.advance(290_000)
    expect(next.throttle.waitMs('shared-secret', '192.0.2.1')).toBe(0)
  })

  it('locks nobody out for longer because the clock was set back between two runs', async () => {
    const { throttle, document, lockOut } = stage()
    await throttle.open()
    lockOut('192.0.2.1')
    await throttle.close()
    const next = stage(document, new FakeClock(Date.UTC(2020, 0, 1)))
    await next.throttle.open()
    expect(next.throttle.waitMs('shared-secret', '192.0.2.1')).toBe(300_000)
  })

  it('writes nothing when there was nothing', async () => {
    const { throttle, document } = stage()
    await throttle.open()
    throttle.failed('hooks', '192.0.2.1')
    throttle.succeeded('hooks', '192.0.2.1')
    await throttle.close()
    expect(document.written).toEqual([])
  })

  it('saves the first lock at once, and those behind it together', async () => {
    const { throttle, document, clock, lockOut, locked } = stage()
    await throttle.open()
    document.isWaiting = true
    lockOut('192.0.2.1')
    expect(document.written.length).toBe(1)
    lockOut('192.0.2.2')
    lockOut('192.0.2.3')
    await clock.advance(60_000)
    expect(document.written.length, 'one write under way').toBe(1)
    document.isWaiting = false
    document.release()
    await clock.advance(0)
    expect(await locked()).toEqual(['192.0.2.1'])
    await clock.advance(1_000)
    expect(document.written.length).toBe(2)
    expect(await locked()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3'])
    await clock.advance(1_000)
    expect(clock.pendingTimers).toBe(0)
    lockOut('192.0.2.4')
    expect(document.written.length, 'at once again').toBe(3)
    await throttle.close()
  })

  it('saves that a lock was lifted', async () => {
    const { throttle, clock, lockOut, locked } = stage()
    await throttle.open()
    lockOut('192.0.2.1')
    throttle.succeeded('shared-secret', '192.0.2.1')
    await clock.advance(2_000)
    expect(await locked()).toEqual([])
  })

  it('saves on closing what waited for its turn, and nothing afterwards', async () => {
    const { throttle, document, clock, lockOut, locked } = stage()
    await throttle.open()
    lockOut('192.0.2.1')
    await clock.advance(0)
    lockOut('192.0.2.2')
    await throttle.close()
    expect(await locked()).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(clock.pendingTimers).toBe(0)
    lockOut('192.0.2.3')
    await throttle.close()
    await clock.advance(5_000)
    expect(document.written.length).toBe(2)
    expect(throttle.waitMs('shared-secret', '192.0.2.3')).toBe(295_000)
  })

  it('waits on closing for the write under way', async () => {
    const { throttle, document, clock, lockOut, locked } = stage()
    await throttle.open()
    document.isWaiting = true
    lockOut('192.0.2.1')
    lockOut('192.0.2.2')
    const closing = throttle.close()
    await clock.advance(0)
    document.isWaiting = false
    document.release()
    await closing
    expect(await locked()).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('says once that it cannot save, goes on, and says it again after it could', async () => {
    const { throttle, document, clock, lockOut, said, locked } = stage()
    await throttle.open()
    document.isFailing = true
    for (const nr of [1, 2, 3]) {
      expect(lockOut(`192.0.2.${nr}`)).toBe(300_000)
      await clock.advance(2_000)
    }
    expect(said()).toEqual(['error lockouts cannot be saved'])
    document.isFailing = false
    lockOut('192.0.2.4')
    await clock.advance(2_000)
    expect(await locked()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'])
    document.isFailing = true
    lockOut('192.0.2.5')
    await throttle.close()
    expect(said().length).toBe(2)
  })

  it.each([
    '',
    'null',
    '[]',
    '{',
    '{"version":2,"locks":[]}',
    '{"version":1}',
    '{"version":1,"locks":{}}',
    '{"version":1,"locks":[["shared-secret","192.0.2.1"]]}',
    '{"version":1,"locks":[["telepathy","192.0.2.1",9e15]]}',
    '{"version":1,"locks":[["hooks",7,9e15]]}',
    '{"version":1,"locks":[["hooks","192.0.2.1","soon"]]}',
    '{"version":1,"locks":[["hooks","192.0.2.1",1e999]]}',
    '{"version":1,"locks":[null]}',
  ])('starts without lockouts, and says so, when the document is damaged: %s', async (text) => {
    const { throttle, said, lockOut, locked } = stage(new SlowDocument(text))
    await throttle.open()
    expect(said()).toEqual(['warn saved lockouts are damaged, starting without'])
    expect(throttle.size).toBe(0)
    lockOut('192.0.2.1')
    await throttle.close()
    expect(await locked()).toEqual(['192.0.2.1'])
  })

  it('starts without lockouts, and says so, when the document cannot be read', async () => {
    const document = new SlowDocument()
    document.read = () => Promise.reject(new DocumentFailure('document-unreadable', 'cannot read memory: EACCES'))
    const { throttle, said } = stage(document)
    await throttle.open()
    expect(said()).toEqual(['warn saved lockouts cannot be read, starting without'])
  })
})
