import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { readSettled, type SettledReading } from '../../../src/application/config/settled-reading.js'
import { ConfigFailure, type ConfigReading } from '../../../src/application/ports/config-source.js'

/** A source that says one thing after the other, and the last one for ever. */
class ChangingSource extends MemoryConfigSource {
  reads = 0
  readonly #contents: readonly (string | null | ConfigFailure)[]

  constructor(...contents: (string | null | ConfigFailure)[]) {
    super(null)
    this.#contents = contents
  }

  override async read(): Promise<ConfigReading> {
    const content = this.#contents[Math.min(this.reads, this.#contents.length - 1)]!
    this.reads += 1
    if (content instanceof ConfigFailure) throw content
    return new MemoryConfigSource(content).read()
  }
}

/** Lets time pass as long as somebody waits, and tells how much it was. */
async function settled(
  source: ChangingSource,
  isExpected?: boolean,
): Promise<{ found: SettledReading; waitedMs: number }> {
  const clock = new FakeClock()
  const startedAt = clock.monotonic()
  let found: SettledReading | undefined
  void readSettled(source, clock, isExpected).then((outcome) => {
    found = outcome
  })
  for (let step = 0; found === undefined && step < 1_000; step++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (found === undefined) await clock.advance(10)
  }
  if (found === undefined) throw new Error('never settled')
  return { found, waitedMs: clock.monotonic() - startedAt }
}

const GOOD = '{gateway: {port: 1}}'
const unreadable = new ConfigFailure('config-unavailable', 'cannot read /x: EACCES')

describe('readSettled', () => {
  it('takes a good file at once', async () => {
    const source = new ChangingSource(GOOD)
    const { found, waitedMs } = await settled(source)
    expect([found.kind, waitedMs, source.reads]).toEqual(['read', 0, 1])
  })

  it('takes an invalid file at once: somebody means it', async () => {
    const source = new ChangingSource('{gateway: {port: 0}}')
    expect([(await settled(source)).waitedMs, source.reads]).toEqual([0, 1])
  })

  it('looks at a half-written file again after 200 ms', async () => {
    const { found, waitedMs } = await settled(new ChangingSource('{gateway: {', GOOD))
    expect(found).toMatchObject({ kind: 'read', reading: { problems: [] } })
    expect(waitedMs).toBe(200)
  })

  it('believes that a file is broken when it still is', async () => {
    const source = new ChangingSource('{gateway: {')
    const { found } = await settled(source)
    expect(found).toMatchObject({ kind: 'read', reading: { problems: [{ code: 'parse_error' }] } })
    expect(source.reads).toBe(2)
  })

  it.each([
    ['missing', null, 'config file is gone'],
    ['unreadable', unreadable, 'config file cannot be read (cannot read /x: EACCES)'],
  ])('looks for a %s file twice more, 150 ms apart', async (_, content, reason) => {
    const source = new ChangingSource(content)
    const { found, waitedMs } = await settled(source)
    expect(found).toEqual({ kind: 'gone', reason })
    expect([waitedMs, source.reads]).toEqual([300, 3])
    const back = await settled(new ChangingSource(content, content, GOOD))
    expect([back.found.kind, back.waitedMs]).toEqual(['read', 300])
  })

  it('waits for both when a file comes back half-written', async () => {
    const { found, waitedMs } = await settled(new ChangingSource(null, '{', GOOD))
    expect([found.kind, waitedMs]).toEqual(['read', 350])
  })

  it('does not wait for a file that never was', async () => {
    const { found, waitedMs } = await settled(new ChangingSource(null), false)
    expect([found.kind, waitedMs]).toEqual(['read', 0])
  })
})
