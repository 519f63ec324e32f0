import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileAuditTrail, type FileAuditTrailOptions } from '../../src/adapters/audit-file/file-audit-trail.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { auditTrailContract } from '../contracts/audit-trail.contract.js'

auditTrailContract(
  { describe, it },
  {
    name: 'file',
    outlivesProcess: true,
    async create() {
      const stateDir = mkdtempSync(join(tmpdir(), 'audit-contract-'))
      const clock = new FakeClock()
      const trail = new FileAuditTrail({ stateDir, clock })
      return {
        trail,
        now: () => clock.now(),
        pass: (milliseconds) => clock.advance(milliseconds),
        reopen: async () => new FileAuditTrail({ stateDir, clock }),
        async dispose() {
          await trail.close()
          rmSync(stateDir, { recursive: true })
        },
      }
    },
  },
)

let stateDir: string
let clock: FakeClock
let troubles: string[]
let used: FileAuditTrail[]

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'audit-file-'))
  clock = new FakeClock()
  troubles = []
  used = []
})

afterEach(async () => {
  for (const trail of used) await trail.close()
  rmSync(stateDir, { recursive: true })
})

function open(options: Partial<FileAuditTrailOptions> = {}): FileAuditTrail {
  const trail = new FileAuditTrail({ stateDir, clock, onTrouble: (message) => troubles.push(message), ...options })
  used.push(trail)
  return trail
}

const path = (name = 'audit.jsonl') => join(stateDir, 'logs', name)
const lines = (name?: string) => readFileSync(path(name), 'utf8').split('\n').slice(0, -1)
const modeOf = (file: string) => statSync(file).mode & 0o777

describe('the file of the audit trail', () => {
  it('holds one JSON object a line, for its owner only', async () => {
    const trail = open()
    trail.record('pairing-approved', { actor: 'operator', deviceId: 'd1' })
    await trail.flush()
    expect(trail.location).toBe(path())
    expect(lines()).toEqual([
      '{"time":"2026-01-01T00:00:00.000Z","at":1767225600000,"event":"pairing-approved","actor":"operator","deviceId":"d1"}',
    ])
    expect([modeOf(path()), modeOf(join(stateDir, 'logs'))]).toEqual([0o600, 0o700])
  })

  it('is not made for reading', async () => {
    expect(await open().read()).toEqual([])
    expect(existsSync(join(stateDir, 'logs'))).toBe(false)
  })

  it('is closed to others when it was open to them', async () => {
    mkdirSync(join(stateDir, 'logs'))
    writeFileSync(path(), '')
    chmodSync(path(), 0o644)
    const trail = open()
    trail.record('tool', {})
    await trail.flush()
    expect(modeOf(path())).toBe(0o600)
  })

  it('spells out what a terminal would act upon', async () => {
    const trail = open()
    trail.record('refused', { clientId: 'a\n\u001b[2J\u009b31m\u2028\u202eb' })
    await trail.flush()
    expect(lines()[0]).toContain('a\\n\\u001b[2J\\u009b31m\\u2028\\u202eb')
  })

  it('is not followed elsewhere when it is a link', async () => {
    const elsewhere = join(stateDir, 'elsewhere')
    mkdirSync(join(stateDir, 'logs'))
    symlinkSync(elsewhere, path())
    const trail = open()
    trail.record('tool', {})
    await expect(trail.flush()).rejects.toMatchObject({ code: 'audit-unwritable' })
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('gets routine entries together a little later, and all others at once', async () => {
    const trail = open()
    trail.record('connected', { connId: 'c1' })
    await clock.advance(99)
    expect(existsSync(path())).toBe(false)
    await clock.advance(1)
    await vi.waitFor(() => expect(lines()).toHaveLength(1))
    trail.record('connected', { connId: 'c2' })
    trail.record('tool', {})
    await vi.waitFor(() => expect(lines()).toHaveLength(3))
  })

  it('is made anew when somebody took it away', async () => {
    const trail = open()
    trail.record('tool', { subject: 'first' })
    await trail.flush()
    renameSync(path(), join(stateDir, 'taken'))
    trail.record('tool', { subject: 'second' })
    await trail.flush()
    expect((await trail.read()).map((entry) => entry.subject)).toEqual(['second'])
  })

  it('leaves no timer and no open file behind', async () => {
    const before = openFiles()
    const trail = open()
    trail.record('connected', {})
    await trail.flush()
    await trail.read()
    await trail.close()
    expect([clock.pendingTimers, openFiles()]).toEqual([0, before])
  })
})

describe('rotation', () => {
  const fill = async (trail: FileAuditTrail, from: number, count: number) => {
    for (let number = from; number < from + count; number += 1) trail.record('tool', { subject: `${number}` })
    await trail.flush()
  }

  it('puts full files aside, keeps so many, and reads over all of them', async () => {
    const trail = open({ maxBytes: 1_000, keep: 3 })
    await fill(trail, 0, 25)
    const aside = lines('audit.1.jsonl')
    await fill(trail, 25, 200)
    expect(readdirSync(join(stateDir, 'logs')).sort()).toEqual([
      'audit.1.jsonl',
      'audit.2.jsonl',
      'audit.3.jsonl',
      'audit.jsonl',
    ])
    for (const name of readdirSync(join(stateDir, 'logs'))) {
      expect(statSync(path(name)).size).toBeLessThanOrEqual(1_000)
      expect(modeOf(path(name))).toBe(0o600)
    }
    expect(aside.length).toBeGreaterThan(0)
    const subjects = (await trail.read({ limit: 1_000 })).map((entry) => Number(entry.subject))
    expect(subjects.at(-1)).toBe(224)
    expect(subjects).toEqual(subjects.map((_, index) => 225 - subjects.length + index))
    expect(subjects.length).toBeGreaterThan(30)
  })

  it('never edits what was put aside', async () => {
    const trail = open({ maxBytes: 1_000, keep: 3 })
    await fill(trail, 0, 12)
    const text = readFileSync(path('audit.1.jsonl'), 'utf8')
    const { ino } = statSync(path('audit.1.jsonl'))
    await fill(trail, 12, 15)
    expect(readFileSync(path('audit.2.jsonl'), 'utf8')).toBe(text)
    expect(statSync(path('audit.2.jsonl')).ino).toBe(ino)
  })

  it('goes on where another writer stopped', async () => {
    await fill(open({ maxBytes: 1_000 }), 0, 5)
    const size = statSync(path()).size
    await fill(open({ maxBytes: 1_000 }), 5, 1)
    expect(statSync(path()).size).toBeGreaterThan(size)
    await fill(open({ maxBytes: 1_000 }), 6, 10)
    expect(existsSync(path('audit.1.jsonl'))).toBe(true)
  })

  it('reads much with little memory, from the end', async () => {
    mkdirSync(join(stateDir, 'logs'))
    const line = (number: number) =>
      `${JSON.stringify({ time: 'x', at: number, event: 'tool', subject: `${number}`, reason: 'ü'.repeat(60) })}\n`
    for (const [name, start] of [
      ['audit.2.jsonl', 0],
      ['audit.1.jsonl', 20_000],
      ['audit.jsonl', 40_000],
    ] as const) {
      writeFileSync(path(name), Array.from({ length: 20_000 }, (_, index) => line(start + index)).join(''))
    }
    const trail = open()
    const subjects = (await trail.read({ limit: 45_000 })).map((entry) => Number(entry.subject))
    expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([45_000, 15_000, 59_999])
    expect(subjects.every((subject, index) => subject === 15_000 + index)).toBe(true)
  })
})

describe('a damaged trail', () => {
  it('loses only the line that a crash cut off', async () => {
    const before = open()
    before.record('tool', { subject: 'whole' })
    await before.close()
    appendFileSync(path(), '{"time":"2026-01-01T00:00:00.000Z","at":1767225600000,"event":"to')
    const after = open()
    expect((await after.read()).map((entry) => entry.subject)).toEqual(['whole'])
    after.record('tool', { subject: 'next' })
    await after.flush()
    expect((await after.read()).map((entry) => entry.subject)).toEqual(['whole', 'next'])
    expect(lines()).toHaveLength(3)
  })

  it('is read around lines that are no entries, however long they are', async () => {
    mkdirSync(join(stateDir, 'logs'))
    const good = (subject: string) => JSON.stringify({ at: 1, event: 'tool', subject })
    const strange = ['', 'null', '7', '[]', '{}', '{"at":"1","event":"tool"}', 'x'.repeat(3_000_000), '\u0000']
    writeFileSync(path(), [good('a'), ...strange, good('b'), good('c')].join('\n'))
    expect((await open().read()).map((entry) => entry.subject)).toEqual(['a', 'b', 'c'])
  })
})

describe('a disk that refuses', () => {
  const block = () => writeFileSync(join(stateDir, 'logs'), 'in the way')
  const unblock = () => rmSync(join(stateDir, 'logs'))

  it('is told about once; entries wait and are written when it is well again', async () => {
    block()
    const trail = open()
    trail.record('tool', { subject: 'first' })
    await expect(trail.flush()).rejects.toMatchObject({ code: 'audit-unwritable', retryable: true })
    trail.record('tool', { subject: 'second' })
    await clock.advance(1_000)
    await expect(trail.flush()).rejects.toMatchObject({ code: 'audit-unwritable' })
    expect(troubles).toHaveLength(1)
    expect(troubles[0]).toMatch(/^the audit trail is not being written: cannot write .+: (EEXIST|ENOTDIR)$/)
    unblock()
    await clock.advance(1_000)
    await vi.waitFor(() => expect(lines()).toHaveLength(2))
    await trail.flush()
    block_again()
    trail.record('tool', { subject: 'third' })
    await expect(trail.flush()).rejects.toThrow()
    expect(troubles).toHaveLength(2)
    rmSync(join(stateDir, 'logs'))
  })

  const block_again = () => {
    rmSync(join(stateDir, 'logs'), { recursive: true })
    block()
  }

  it('keeps ten thousand entries and counts the others where they are missing', async () => {
    block()
    const trail = open()
    for (let number = 0; number < 10_005; number += 1) trail.record('tool', { subject: `${number}` })
    await expect(trail.flush()).rejects.toThrow()
    unblock()
    await trail.flush()
    trail.record('tool', { subject: 'after' })
    const entries = await trail.read({ limit: 20_000 })
    expect(entries).toHaveLength(10_002)
    expect(entries.slice(-3)).toMatchObject([
      { event: 'tool', subject: '9999' },
      { event: 'entries-lost', details: { lost: 5 } },
      { event: 'tool', subject: 'after' },
    ])
  })

  it('does not keep the gateway from closing, and what is lost is said', async () => {
    block()
    const trail = open()
    trail.record('tool', {})
    await trail.close()
    expect(troubles.at(-1)).toMatch(/^entries of the audit trail are lost: 1 /)
    expect(clock.pendingTimers).toBe(0)
    unblock()
  })

  it('still lets what waits be read', async () => {
    mkdirSync(join(stateDir, 'logs'))
    mkdirSync(path('audit.jsonl'))
    const trail = open()
    trail.record('tool', { subject: 'waiting' })
    await expect(trail.flush()).rejects.toMatchObject({ code: 'audit-unwritable' })
    await expect(trail.read()).rejects.toMatchObject({ code: 'audit-unreadable' })
    rmSync(path('audit.jsonl'), { recursive: true })
    expect((await trail.read()).map((entry) => entry.subject)).toEqual(['waiting'])
  })
})

function openFiles(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0
}
