import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileRestartSentinel } from '../../src/adapters/restart-sentinel-file/file-restart-sentinel.js'
import { MemoryRestartSentinel } from '../../src/adapters/restart-sentinel-memory/memory-restart-sentinel.js'
import type { RestartSentinel } from '../../src/application/ports/restart-sentinel.js'

const NOTE = { kind: 'config-patch', ts: 1_700_000_000_000, sessionKey: 'agent:main:main', message: 'hello' } as const

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mayros-sentinel-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

const KINDS: readonly [string, () => RestartSentinel][] = [
  ['file', () => new FileRestartSentinel(join(directory, 'state'))],
  ['memory', () => new MemoryRestartSentinel()],
]

describe.each(KINDS)('a note in %s', (_name, create) => {
  it('is handed out once', async () => {
    const sentinel = create()
    expect(await sentinel.take()).toBeNull()
    await sentinel.leave(NOTE)
    expect(await sentinel.take()).toEqual(NOTE)
    expect(await sentinel.take()).toBeNull()
  })

  it('replaces the one before', async () => {
    const sentinel = create()
    await sentinel.leave(NOTE)
    await sentinel.leave({ ...NOTE, message: 'later' })
    expect(await sentinel.take()).toEqual({ ...NOTE, message: 'later' })
  })
})

describe('the file of a note', () => {
  it('survives the process, is for its owner alone, and leaves nothing else behind', async () => {
    const sentinel = new FileRestartSentinel(directory)
    await sentinel.leave(NOTE)
    expect(JSON.parse(await readFile(sentinel.path, 'utf8'))).toEqual({ version: 1, payload: NOTE })
    expect((await stat(sentinel.path)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['restart-sentinel.json'])
    expect(await new FileRestartSentinel(directory).take()).toEqual(NOTE)
    expect(await readdir(directory)).toEqual([])
  })

  it.each(['', '{ half', '[]', 'null', '{"version":2,"payload":{}}', '{"version":1}'])(
    'that says %j is no note, and goes',
    async (text) => {
      const sentinel = new FileRestartSentinel(directory)
      await writeFile(sentinel.path, text)
      expect(await sentinel.take()).toBeNull()
      expect(await readdir(directory)).toEqual([])
    },
  )
})
