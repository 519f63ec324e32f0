import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LibsqlSessionStore } from '../../../src/adapters/store-libsql/libsql-session-store.js'
import { RecentTexts } from '../../../src/adapters/store-libsql/recent-texts.js'
import { sampleRun, sampleSession } from '../../contracts/session-store/samples.js'

describe('recent texts', () => {
  it('answer with the newest text of a key until it is deleted', () => {
    const recent = new RecentTexts()
    recent.put('key', 'old')
    recent.put('key', 'new')
    expect(recent.get('key')).toBe('new')
    recent.delete('key')
    expect(recent.get('key')).toBeUndefined()
  })

  it('stay within two million characters, and what was put in longest ago goes first', () => {
    const recent = new RecentTexts()
    const half = 'x'.repeat(1024 * 1024 - 10)
    recent.put('first', half)
    recent.put('second', half)
    recent.put('first', half)
    expect([recent.get('first'), recent.get('second')]).toEqual([half, half])
    recent.put('third', half)
    expect([recent.get('first'), recent.get('second'), recent.get('third')]).toEqual([half, undefined, half])
  })
})

describe('store-libsql with rows it remembers', () => {
  let folder: string
  let store: LibsqlSessionStore

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayros-store-'))
    store = new LibsqlSessionStore(join(folder, 'mayros.db'))
    await store.open()
  })

  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  it('forgets what a refused commit had written, of sessions and of runs', async () => {
    const known = sampleSession('agent:main:known', { label: 'taken', updatedAt: 1 })
    await store.commit([
      { kind: 'session.put', entry: known },
      { kind: 'run.accept', run: sampleRun('run') },
    ])
    const rival = sampleSession('agent:main:rival', { label: 'taken' })
    const refused = store.commit([
      { kind: 'session.update', key: known.key, changes: { updatedAt: 2 }, otherwise: known },
      { kind: 'run.start', runId: 'run', startedAt: 2 },
      { kind: 'session.put', entry: rival },
    ])
    await expect(refused).rejects.toMatchObject({ code: 'label-taken' })
    expect(await store.session(known.key)).toEqual(known)
    expect(await store.session(rival.key)).toBeNull()
    await store.commit([{ kind: 'run.start', runId: 'run', startedAt: 3 }])
    expect(await store.run('run')).toMatchObject({ state: 'running', startedAt: 3 })
  })

  it('gives every reader an object of its own', async () => {
    const entry = sampleSession('agent:main:own')
    await store.commit([{ kind: 'session.put', entry }])
    const one = await store.session(entry.key)
    Object.assign(one ?? {}, { label: 'scribbled' })
    expect(await store.session(entry.key)).toEqual(entry)
  })
})
