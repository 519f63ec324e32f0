import { describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../src/adapters/config-memory/memory-config-source.js'
import { ConfigView } from '../../src/application/config-view.js'
import type { ConfigReading, ConfigSource } from '../../src/application/ports/config-source.js'

/** A source whose every reading ends when the test says so. */
class SlowSource implements Pick<ConfigSource, 'read' | 'watch'> {
  readonly readings: ((reading: ConfigReading | Error) => void)[] = []
  change: () => void = () => undefined

  read(): Promise<ConfigReading> {
    return new Promise((resolve, reject) => {
      this.readings.push((reading) => (reading instanceof Error ? reject(reading) : resolve(reading)))
    })
  }

  watch(changed: () => void): () => void {
    this.change = changed
    return () => {
      this.change = () => undefined
    }
  }
}

const reading = async (hash: string): Promise<ConfigReading> => ({ ...(await new MemoryConfigSource({}).read()), hash })
const hashOf = async (answer: unknown) => JSON.parse(((await answer) as { text: string }).text).hash

describe('the view of the configuration', () => {
  it('is read once for all who ask, and again after a change', async () => {
    const source = new SlowSource()
    const view = new ConfigView(source)
    view.start()
    const asked = [view.read(), view.read()]
    source.readings[0]?.(await reading('one'))
    expect(await Promise.all(asked.map(hashOf))).toEqual(['one', 'one'])
    expect(view.read()).not.toBeInstanceOf(Promise)
    source.change()
    const again = view.read()
    source.readings[1]?.(await reading('two'))
    expect(await hashOf(again)).toBe('two')
    expect(source.readings).toHaveLength(2)
  })

  it('is not kept when the file changed while it was read', async () => {
    const source = new SlowSource()
    const view = new ConfigView(source)
    view.start()
    const before = view.read()
    source.change()
    const after = view.read()
    source.readings[1]?.(await reading('new'))
    expect(await hashOf(after)).toBe('new')
    source.readings[0]?.(await reading('old'))
    await before
    expect(await hashOf(view.read())).toBe('new')
  })

  it('is read again after a failure', async () => {
    const source = new SlowSource()
    const view = new ConfigView(source)
    const failed = view.read()
    source.readings[0]?.(new Error('no such file'))
    await expect(failed).rejects.toThrow('no such file')
    const next = view.read()
    source.readings[1]?.(await reading('one'))
    expect(await hashOf(next)).toBe('one')
  })

  it('has no secrets, and nothing but the problems of an invalid file', async () => {
    const secret = 'a-very-secret-token'
    const good = new ConfigView(new MemoryConfigSource({ gateway: { auth: { token: secret } } }))
    const shown = JSON.parse(((await good.read()) as { text: string }).text)
    expect(JSON.stringify(shown)).not.toContain(secret)
    expect(shown).toMatchObject({
      path: 'memory',
      valid: true,
      issues: [],
      legacyIssues: [],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(Object.keys(shown).sort()).toEqual(
      [
        'config',
        'exists',
        'hash',
        'issues',
        'legacyIssues',
        'parsed',
        'path',
        'raw',
        'resolved',
        'snapshotHash',
        'valid',
        'warnings',
      ].sort(),
    )
    const bad = new ConfigView(new MemoryConfigSource({ gateway: { port: 'x', auth: { token: secret } } }))
    const text = ((await bad.read()) as { text: string }).text
    expect(JSON.parse(text)).toMatchObject({
      valid: false,
      raw: null,
      parsed: null,
      resolved: {},
      config: {},
      issues: [{ path: 'gateway.port' }],
    })
    expect(text).not.toContain(secret)
  })
})
