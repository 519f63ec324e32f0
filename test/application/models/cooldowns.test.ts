import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { Cooldowns } from '../../../src/application/models/cooldowns.js'
import { LONGEST_COOLDOWN_MS } from '../../../src/domain/model/cooldown.js'

class CountingDocument extends MemoryDocument {
  writes = 0

  override async write(text: string): Promise<void> {
    this.writes += 1
    await super.write(text)
  }
}

async function stage(document = new CountingDocument(), clock = new FakeClock()) {
  const log = new MemoryLog()
  const cooldowns = new Cooldowns({ document, clock, log })
  await cooldowns.open()
  const fail = (key: string | undefined, code: string) =>
    cooldowns.failed('one', key, { code, startedAt: clock.now(), failedAt: clock.now() })
  const restsUntil = (key: string | undefined) => cooldowns.of('one', key, clock.now())?.until
  return { cooldowns, document, clock, log, fail, restsUntil }
}

describe('cooldowns over a restart', () => {
  it('are kept with what they count', async () => {
    const before = await stage()
    const until = before.fail('a', 'rate-limit')?.until
    before.fail(undefined, 'overloaded')
    await before.cooldowns.close()
    const after = await stage(before.document, before.clock)
    expect(after.restsUntil('a')).toBe(until)
    expect(after.restsUntil(undefined)).toBeDefined()
    expect(after.restsUntil('b')).toBeUndefined()
    expect(after.fail('a', 'rate-limit')?.failures).toBe(2)
  })

  it('survive a crash as well', async () => {
    const before = await stage()
    before.fail('a', 'rate-limit')
    await before.clock.advance(0)
    expect((await stage(before.document, before.clock)).restsUntil('a')).toBeDefined()
  })

  it('are forgotten for keys that were refused: it may be another key', async () => {
    const before = await stage()
    before.fail('a', 'auth')
    before.fail('b', 'billing')
    await before.cooldowns.close()
    expect(before.document.writes).toBe(0)
    expect((await stage(before.document, before.clock)).restsUntil('a')).toBeUndefined()
  })

  it('are written rarely, and not for what changes nothing', async () => {
    const { cooldowns, document, clock, fail } = await stage()
    for (let at = 0; at < 50; at++) fail(`k${at}`, 'rate-limit')
    await clock.advance(999)
    expect(document.writes).toBe(1)
    await clock.advance(1)
    expect(document.writes).toBe(2)
    fail('x', 'format')
    cooldowns.succeeded('one', 'y', clock.now())
    await clock.advance(5_000)
    expect(document.writes).toBe(2)
    await cooldowns.close()
    expect(document.writes).toBe(2)
  })

  it('are not longer than any cooldown may be, though the clock was set back', async () => {
    const before = await stage(new CountingDocument(), new FakeClock(LONGEST_COOLDOWN_MS * 10))
    before.fail('a', 'rate-limit')
    await before.cooldowns.close()
    expect((await stage(before.document, new FakeClock(0))).restsUntil('a')).toBeUndefined()
  })

  it.each([
    '',
    'x',
    'null',
    '{"version":2,"keys":[]}',
    '{"version":1,"keys":[null]}',
    '{"version":1,"keys":[{"provider":1}]}',
  ])('begin anew, and say so, when the document is damaged: %s', async (text) => {
    const document = new CountingDocument()
    await document.write(text)
    const { log, cooldowns } = await stage(document)
    expect(log.lines.map(({ message }) => message)).toEqual(['saved cooldowns are damaged, starting without'])
    expect(cooldowns.of('one', undefined, 0)).toBeUndefined()
  })
})
