import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileInstanceLock } from '../../src/adapters/instance-lock-file/file-instance-lock.js'
import { FileRuntimeRecords } from '../../src/adapters/instance-lock-file/file-runtime-records.js'
import { processStart } from '../../src/adapters/instance-lock-file/process-start.js'
import type { RuntimeRecordInput, RuntimeRecords, RuntimeState } from '../../src/application/ports/runtime-record.js'
import { ManualClock } from '../doubles/manual-clock.js'

let stateDir = ''
let clock = new ManualClock()
let records = new FileRuntimeRecords('')
let lock = new FileInstanceLock('', records, clock)
const lockPath = () => join(stateDir, 'run', 'gateway.lock')
const recordPath = () => join(stateDir, 'run', 'gateway.json')

/** Waits for a word, reaches for the lock, says how that went, and holds what it has until it is killed. */
const CONTENDER = `
import { FileInstanceLock } from '../../src/adapters/instance-lock-file/file-instance-lock.js'
const clock = { now: Date.now, monotonic: Date.now, after: (ms, action) => setTimeout(action, ms), every: setInterval }
const records = { readLive: async () => null }
const lock = new FileInstanceLock(process.argv[2], records as never, clock as never)
process.stdin.once('data', async () => {
  process.stdout.write(await lock.acquire().then(() => 'won', () => 'lost'))
})
process.stdout.write('ready')
`

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'mayros-lock-'))
  clock = new ManualClock()
  records = new FileRuntimeRecords(stateDir)
  lock = new FileInstanceLock(stateDir, records, clock)
})

afterEach(() => rm(stateDir, { recursive: true, force: true }))

function input(state: RuntimeState = 'running'): RuntimeRecordInput {
  return {
    instanceId: 'i',
    version: '1',
    state,
    startedAtMs: 1,
    profile: null,
    urls: ['ws://127.0.0.1:18789'],
    port: 18789,
    bind: 'loopback',
    authMode: 'token',
    tlsFingerprint: null,
    configPath: '/c',
    configHash: 'h',
    configLoadedAtMs: 1,
    logFile: null,
    supervisor: 'foreground',
    unit: null,
  }
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('exit', resolve))
  return child.pid ?? 0
}

async function writeLock(note: unknown): Promise<void> {
  await mkdir(join(stateDir, 'run'), { recursive: true })
  await writeFile(lockPath(), typeof note === 'string' ? note : JSON.stringify(note))
}

describe('instance lock', () => {
  it('has one holder, and is free again after release', async () => {
    const held = await lock.acquire()
    expect(await lock.holder()).toEqual({ pid: process.pid, state: null })
    await expect(new FileInstanceLock(stateDir, records, clock).acquire()).rejects.toMatchObject({
      code: 'lock-held',
      holder: { pid: process.pid },
    })
    expect((await stat(lockPath())).mode & 0o777).toBe(0o600)
    await held.release()
    await held.release()
    expect(await lock.holder()).toBeNull()
    expect(await readdir(join(stateDir, 'run'))).toEqual([])
  })

  it('lets exactly one of many contenders win, also over a stale lock', async () => {
    await writeLock({ pid: await deadPid(), processStart: 'x', nonce: 'old' })
    const contenders = Array.from({ length: 12 }, () => new FileInstanceLock(stateDir, records, clock).acquire())
    const outcomes = await Promise.allSettled(contenders)
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(join(stateDir, 'run'))).toEqual(['gateway.lock'])
  })

  it('lets exactly one of many processes win over a stale lock', async () => {
    const program = join(stateDir, 'contender.mjs')
    await build({
      stdin: { contents: CONTENDER, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      logLevel: 'error',
    })
    await writeLock({ pid: await deadPid(), processStart: 'x', nonce: 'old' })
    const contenders = Array.from({ length: 6 }, () => spawn(process.execPath, [program, stateDir], { stdio: 'pipe' }))
    try {
      await Promise.all(contenders.map((child) => once(child.stdout, 'data')))
      for (const child of contenders) child.stdin.write('go')
      const outcomes = await Promise.all(contenders.map(async (child) => String((await once(child.stdout, 'data'))[0])))
      expect(outcomes.sort()).toEqual(['lost', 'lost', 'lost', 'lost', 'lost', 'won'])
    } finally {
      for (const child of contenders) child.kill('SIGKILL')
    }
  })

  it.each([
    ['a reused pid', () => ({ pid: process.pid, processStart: 'another start', nonce: 'old' })],
    ['half a note', () => '{"pid":'],
    ['an empty file', () => ''],
  ])('takes over from %s', async (_name, note) => {
    await writeLock(note())
    expect(await lock.holder()).toBeNull()
    const held = await lock.acquire()
    expect(JSON.parse(await readFile(lockPath(), 'utf8'))).toMatchObject({ processStart: processStart(process.pid) })
    await held.release()
  })

  it('survives a process that died while taking over', async () => {
    await writeLock('')
    await writeFile(`${lockPath()}.takeover`, JSON.stringify({ pid: await deadPid(), processStart: 'x', nonce: 'n' }))
    await (await lock.acquire()).release()
    expect(await readdir(join(stateDir, 'run'))).toEqual([])
  })

  describe('over a holder on its way out', () => {
    /** Answers without touching the disk, so that the clock decides alone. */
    function recordsSaying(state: RuntimeState): RuntimeRecords {
      const record = { ...input(state), pid: process.pid, processStart: null }
      return { write: async () => undefined, remove: async () => undefined, readLive: async () => record }
    }

    it('waits, and gets the lock when it has gone', async () => {
      const held = await lock.acquire()
      clock.after(3000, () => void held.release())
      const started = clock.monotonic()
      const heir = new FileInstanceLock(stateDir, recordsSaying('stopping'), clock)
      await (await clock.runUntil(heir.acquire())).release()
      expect(clock.monotonic() - started).toBe(3000)
    })

    it('does not wait longer than 10 s', async () => {
      await lock.acquire()
      const started = clock.monotonic()
      const heir = new FileInstanceLock(stateDir, recordsSaying('restarting'), clock)
      await expect(clock.runUntil(heir.acquire())).rejects.toMatchObject({ holder: { state: 'restarting' } })
      expect(clock.monotonic() - started).toBe(10_000)
    })
  })

  it('does not remove a lock that is not ours any more', async () => {
    const held = await lock.acquire()
    const other = { pid: process.pid, processStart: processStart(process.pid), nonce: 'other' }
    await writeLock(other)
    await held.release()
    expect(JSON.parse(await readFile(lockPath(), 'utf8'))).toEqual(other)
  })

  it('says when the directory cannot be written', async () => {
    await writeFile(join(stateDir, 'run'), '')
    await expect(lock.acquire()).rejects.toMatchObject({ code: 'lock-unavailable' })
  })
})

describe('runtime record', () => {
  it('is whole, private, and counts while this process lives', async () => {
    await records.write(input('starting'))
    await Promise.all([records.write(input('running')), records.write(input('stopping'))])
    expect(await records.readLive()).toMatchObject({ state: 'stopping', pid: process.pid })
    expect((await stat(recordPath())).mode & 0o777).toBe(0o600)
    expect(await readdir(join(stateDir, 'run'))).toEqual(['gateway.json'])
    await records.remove()
    expect(await records.readLive()).toBeNull()
    expect(await readdir(join(stateDir, 'run'))).toEqual([])
  })

  it('does not count after the death of the writer, for a reused pid, or when damaged; and is then left alone', async () => {
    for (const change of [{ pid: await deadPid() }, { processStart: 'another start' }]) {
      await records.write(input())
      const text = JSON.stringify({ ...JSON.parse(await readFile(recordPath(), 'utf8')), ...change })
      await writeFile(recordPath(), text)
      expect(await records.readLive()).toBeNull()
      await records.remove()
      expect(await readFile(recordPath(), 'utf8')).toBe(text)
    }
    await writeFile(recordPath(), '{"pid":1')
    expect(await records.readLive()).toBeNull()
  })

  it('says when it cannot be written', async () => {
    await writeFile(join(stateDir, 'run'), '')
    await expect(records.write(input())).rejects.toMatchObject({ code: 'record-unwritable' })
    expect(await records.readLive()).toBeNull()
  })
})

it('a process that only waits to be reaped is gone', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 5'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data) => resolve(Number(String(data)))),
    )
    await expect.poll(() => processStart(pid)).toBe('gone')
    expect(processStart(parent.pid ?? 0)).not.toBe('gone')
  } finally {
    parent.kill('SIGKILL')
  }
})
