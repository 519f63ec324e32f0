import { once } from 'node:events'
import { chmod, type FileHandle, mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from '../../src/adapters/store-libsql/connection.js'
import { LibsqlSessionStore } from '../../src/adapters/store-libsql/libsql-session-store.js'
import { migrate } from '../../src/adapters/store-libsql/migrate.js'
import { MIGRATIONS } from '../../src/adapters/store-libsql/migrations.js'
import { sessionListing } from '../../src/adapters/store-libsql/session-listing.js'
import { NEWEST_ENTRIES } from '../../src/adapters/store-libsql/transcript-rows.js'
import { sumsStatement } from '../../src/adapters/store-libsql/usage-queries.js'
import type { SessionQuery } from '../../src/application/ports/session-store.js'
import { UTC } from '../../src/domain/usage/usage-query.js'
import { sampleEntries, sampleEntry, sampleSession, sampleUsage } from '../contracts/session-store/samples.js'
import { sessionStoreContract } from '../contracts/session-store.contract.js'
import { spawnWriter } from './store-libsql/spawn-writer.js'

sessionStoreContract(
  { describe, it },
  {
    name: 'store-libsql',
    create: async () => new LibsqlSessionStore(join(await mkdtemp(join(tmpdir(), 'mayros-store-')), 'mayros.db')),
    dispose: async (store) => rm(dirname(store.location), { recursive: true }),
    durable: { reopen: async (store) => new LibsqlSessionStore(store.location) },
  },
)

describe('store-libsql on its file', () => {
  let folder: string
  let file: string
  let store: LibsqlSessionStore

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayros-store-'))
    file = join(folder, 'state', 'mayros.db')
    store = new LibsqlSessionStore(file)
  })

  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  /** What another program sees in the file. */
  const inspect = <Result>(look: (database: Connection) => Result): Result => {
    const database = new Connection(new Database(file, { timeout: 2000 }))
    try {
      return look(database)
    } finally {
      database.close()
    }
  }
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  const refusal = (code: string, message: RegExp) => ({
    name: 'StoreFailure',
    code,
    message: expect.stringMatching(message),
  })

  it.runIf(process.platform !== 'win32')('is readable by its owner only, log and index included', async () => {
    await store.open()
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    expect(await modeOf(dirname(file))).toBe('700')
    for (const suffix of ['', '-wal', '-shm']) expect([suffix, await modeOf(file + suffix)]).toEqual([suffix, '600'])
  })

  it.runIf(process.platform !== 'win32')('takes a file that others could read back to its owner', async () => {
    await store.open()
    await store.close()
    await chmod(file, 0o644)
    await store.open()
    expect(await modeOf(file)).toBe('600')
    expect(await modeOf(`${file}-wal`)).toBe('600')
  })

  it('leaves everything in the one file when it is closed', async () => {
    await store.open()
    await store.usage({ from: 0, until: 1, offsets: UTC }, [])
    await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 10) }])
    await store.close()
    const copy = join(folder, 'copy.db')
    await writeFile(copy, await readFile(file))
    const other = new LibsqlSessionStore(copy)
    await other.open()
    expect(await other.transcriptLength('s')).toBe(10)
    await other.close()
  })

  it('says that a file from a later version needs a later program, and leaves it alone', async () => {
    await store.open()
    await store.close()
    inspect((database) => database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`))
    await expect(store.open()).rejects.toMatchObject(refusal('store-newer', /mayros\.db.*later version.*Update Mayros/))
    expect(inspect((database) => database.number('PRAGMA user_version'))).toBe(MIGRATIONS.length + 1)
    await expect(store.count()).rejects.toMatchObject({ code: 'store-closed' })
  })

  it('migrates an older file step by step and keeps what is in it', async () => {
    await store.open()
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a', { label: 'kept' }) }])
    await store.close()
    const renamed = `ALTER TABLE sessions ADD COLUMN mood TEXT; UPDATE sessions SET mood = label`
    inspect((database) => {
      migrate(database, file, [...MIGRATIONS, renamed])
      expect(database.number('PRAGMA user_version')).toBe(MIGRATIONS.length + 1)
      expect(database.prepare('SELECT mood FROM sessions').all()).toEqual([['kept']])
    })
  })

  it('keeps the transcripts of a file in which entries lie as they came', async () => {
    await mkdir(dirname(file))
    inspect((database) => {
      migrate(database, file, MIGRATIONS.slice(0, 1))
      const insert = database.prepare('INSERT INTO transcript_entries (session_id, seq, entry) VALUES (?, ?, ?)')
      for (const [at, entry] of sampleEntries('e', 20).entries()) {
        for (const session of ['b', 'a']) insert.run(session, at + 1, JSON.stringify(entry))
      }
    })
    await store.open()
    await store.commit([{ kind: 'transcript.append', sessionId: 'a', entries: sampleEntries('later', 1) }])
    expect(await store.transcript('a')).toEqual([...sampleEntries('e', 20), ...sampleEntries('later', 1)])
    expect(await store.transcript('b', 3)).toEqual(sampleEntries('e', 20).slice(-3))
  })

  it('works out to which key the archives of an older file belong', async () => {
    await mkdir(dirname(file))
    inspect((database) => {
      migrate(database, file, MIGRATIONS.slice(0, 3))
      const session = database.prepare(
        `INSERT INTO sessions (key, session_id, agent, updated_at, listing, searchable, entry)
         VALUES ('agent:main:a', 'now', 'main', 1, 0, '', '{}')`,
      )
      session.run()
      const archive = database.prepare(
        'INSERT INTO archives (id, session_id, first_seq, last_seq, about) VALUES (?, ?, 1, 1, ?)',
      )
      for (const id of ['now', 'before', 'unknown']) archive.run(id, id, JSON.stringify({ id, sessionId: id, at: 1 }))
      const run = database.prepare('INSERT INTO runs (run_id, ended_at, record) VALUES (?, 1, ?)')
      const ended = (sessionKey: string | null, sessionId: string) =>
        JSON.stringify({ sessionKey, outcome: { sessionId } })
      run.run('r1', ended('agent:main:a', 'before'))
      run.run('r2', ended(null, 'r2'))
      run.run('r3', JSON.stringify({ sessionKey: 'agent:main:a' }))
    })
    await store.open()
    expect((await store.archivesOf('agent:main:a')).map(({ id }) => id)).toEqual(['now', 'before'])
    expect(await store.archives('unknown')).toHaveLength(1)
  })

  it('adds up a year of calls while messages go on', async () => {
    await store.open()
    const call = (index: number) => ({ kind: 'usage.add', record: sampleUsage(index, { latencyMs: index }) }) as const
    await store.commit(Array.from({ length: 20_000 }, (_, index) => call(index)))
    let isDone = false
    const all = { from: 0, until: 100_000, offsets: UTC }
    const sums = Promise.all([store.usage(all, ['day', 'model']), store.latencies(all, ['session', 'day'])])
    void sums.then(() => {
      isDone = true
    })
    let commits = 0
    while (!isDone) {
      await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(`e${commits++}`)] }])
    }
    expect((await sums)[0]).toMatchObject([{ calls: 20_000 }])
    expect((await sums)[1]).toMatchObject([{ count: 20_000, maxMs: 19_999 }])
    expect(commits).toBeGreaterThan(1)
    const left = inspect((database) =>
      database.prepare(`EXPLAIN QUERY PLAN ${sumsStatement({ ...all, sessionKey: 'k' }, []).sql}`).all('k', 1, 2),
    )
    expect(left.map((row) => String(row[3])).join('\n')).toContain('USING INDEX model_calls_by_session')
  })

  it('stays at the version before when a migration fails half way', async () => {
    await store.open()
    await store.close()
    inspect((database) => {
      const broken = 'ALTER TABLE sessions ADD COLUMN mood TEXT; UPDATE nowhere SET mood = 1'
      expect(() => migrate(database, file, [...MIGRATIONS, broken])).toThrow(/nowhere/)
      expect(database.number('PRAGMA user_version')).toBe(MIGRATIONS.length)
    })
    await store.open()
    await store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    expect(await store.count()).toBe(1)
  })

  it('builds the schema in an empty file that was there before', async () => {
    const empty = join(folder, 'empty.db')
    await writeFile(empty, '')
    const other = new LibsqlSessionStore(empty)
    await other.open()
    expect(await other.count()).toBe(0)
    await other.close()
  })

  it('refuses what is not its database, naming the file and the way out', async () => {
    const foreign = join(folder, 'foreign.db')
    const database = new Database(foreign)
    database.exec('CREATE TABLE recipes (name)')
    database.close()
    await expect(new LibsqlSessionStore(foreign).open()).rejects.toMatchObject(
      refusal('store-unavailable', /foreign\.db is the database of another program/),
    )
    const text = join(folder, 'text.db')
    await writeFile(text, 'Dear diary, '.repeat(1000))
    await expect(new LibsqlSessionStore(text).open()).rejects.toMatchObject(
      refusal('store-unavailable', /text\.db is damaged or is not a session database\. Move it away/),
    )
    await expect(new LibsqlSessionStore(folder).open()).rejects.toMatchObject(
      refusal('store-unavailable', /cannot be opened for writing/),
    )
    await expect(new LibsqlSessionStore(join(text, 'mayros.db')).open()).rejects.toMatchObject(
      refusal('store-unavailable', /cannot be opened for writing/),
    )
  })

  it('notices damage when the last user did not close the file', async () => {
    await store.open()
    await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: sampleEntries('e', 2000) }])
    await store.close()
    const bytes = await readFile(file)
    bytes.fill(0xff, 8192, 65_536)
    const damaged = join(folder, 'damaged.db')
    await writeFile(damaged, bytes)
    await writeFile(`${damaged}-wal`, 'remains')
    await expect(new LibsqlSessionStore(damaged).open()).rejects.toMatchObject(
      refusal('store-unavailable', /damaged\.db is damaged/),
    )
  })

  it('refuses a commit that another program keeps locked out, and goes on afterwards', async () => {
    await store.open()
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const put = () => store.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    await expect(put()).rejects.toMatchObject({
      ...refusal('store-unavailable', /is locked by another program/),
      retryable: true,
    })
    other.exec('ROLLBACK')
    other.close()
    await put()
    expect(await store.count()).toBe(1)
  })

  it('never reads a transcript for a list, and takes the order from an index', async () => {
    await store.open()
    const queries: readonly SessionQuery[] = [
      {},
      { limit: 50 },
      { includeGlobal: true, includeUnknown: true, updatedSince: 5 },
      { agentId: 'main', limit: 5 },
      { spawnedBy: 'agent:main:main' },
      { label: 'x' },
      { search: 'x', limit: 5 },
    ]
    inspect((database) => {
      for (const query of queries) {
        const { sql, values } = sessionListing(query)
        const plan = database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...values)
          .map((row) => String(row[3]))
          .join('\n')
        expect(plan).not.toMatch(/transcript_entries|archives|runs/)
        expect(plan).toMatch(/sessions USING INDEX sessions_by_/)
        expect(plan).not.toMatch(/TEMP B-TREE/)
      }
    })
  })

  it('reads the newest entries of a transcript where they lie side by side', async () => {
    await store.open()
    inspect((database) => {
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${NEWEST_ENTRIES}`)
        .all('s', 5)
        .map((row) => String(row[3]))
      expect(plan).toContain('SEARCH transcript_entries USING PRIMARY KEY (session_id=? AND seq>?)')
      expect(plan.join('\n')).not.toMatch(/TEMP B-TREE/)
    })
  })

  it.runIf(process.platform !== 'win32')('works through a link to its file', async () => {
    await store.open()
    await store.close()
    const link = join(folder, 'link.db')
    await symlink(file, link)
    const linked = new LibsqlSessionStore(link)
    await linked.open()
    await linked.commit([{ kind: 'session.put', entry: sampleSession('agent:main:a') }])
    await linked.close()
    await store.open()
    expect(await store.count()).toBe(1)
  })

  it('answers nothing any more once the disk failed to confirm a commit, until it is opened anew', async () => {
    await store.open()
    const handle = await open(join(folder, 'any'), 'w')
    const failing = vi
      .spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync')
      .mockRejectedValueOnce(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }))
    await handle.close()
    const append = (id: string) =>
      store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(id)] }])
    const failed = refusal('store-unavailable', /The disk failed while .*mayros\.db was in use/)
    const outcomes = await Promise.allSettled([append('a'), append('b')])
    failing.mockRestore()
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: failed })
    await expect(append('c')).rejects.toMatchObject(failed)
    await expect(store.transcript('s')).rejects.toMatchObject(failed)
    await store.close()
    await store.open()
    await append('d')
    expect((await store.transcript('s', 1)).map(({ id }) => id)).toEqual(['d'])
  })

  it('keeps its log short while commits go on, without losing one', async () => {
    await store.open()
    const text = 'x'.repeat(64 * 1024)
    let written = 0
    for (let round = 0; round < 60; round += 1) {
      const commits = Array.from({ length: 10 }, () =>
        store.commit([{ kind: 'transcript.append', sessionId: 's', entries: [sampleEntry(`e${written++}`, text)] }]),
      )
      await Promise.all(commits)
    }
    const log = await stat(`${file}-wal`)
    expect(log.size).toBeLessThan((written * text.length) / 2)
    expect(await store.transcriptLength('s')).toBe(written)
    expect(inspect((database) => database.prepare('PRAGMA integrity_check').all())).toEqual([['ok']])
  })

  it('keeps every commit it confirmed when it is killed at any moment', async () => {
    const writer = await spawnWriter(folder)
    for (let round = 0; round < 6; round += 1) {
      const { child, confirmed } = writer.start(file)
      const enough = 1 + round * 97
      while (confirmed().length < enough) await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
      const expected = confirmed()

      expect(inspect((database) => database.prepare('PRAGMA integrity_check').all())).toEqual([['ok']])
      await store.open()
      for (const id of expected) {
        expect((await store.transcript(id)).map((entry) => entry.id)).toEqual([`${id}:1`, `${id}:2`, `${id}:3`])
        expect((await store.session(`agent:main:${id}`))?.sessionId).toBe(id)
        expect((await store.run(id))?.request.message).toBe(id)
      }
      // Whatever else is there was not confirmed, yet is whole.
      for (const { sessionId } of await store.list({})) expect(await store.transcriptLength(sessionId)).toBe(3)
      expect((await store.unfinishedRuns()).length).toBe(await store.count())
      await store.close()
    }
  })
})
