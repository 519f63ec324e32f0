import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenLog, openPinoLog, type PinoLogOptions } from '../../src/adapters/log-pino/open-pino-log.js'
import { logContract } from '../contracts/log.contract.js'

class Sink {
  text = ''
  write(text: string) {
    this.text += text
  }
}

const silent = { level: 'silent', stdout: new Sink(), stderr: new Sink() } as const

logContract(
  { describe, it },
  {
    name: 'pino',
    async create(options) {
      const stateDir = mkdtempSync(join(tmpdir(), 'log-contract-'))
      const open = openPinoLog({ stateDir, ...options, console: silent })
      return {
        log: open.log,
        reader: open.reader,
        addSecrets: open.addSecrets,
        flush: open.flush,
        async dispose() {
          open.close()
          rmSync(stateDir, { recursive: true })
        },
      }
    },
  },
)

const NOON = new Date(2026, 2, 1, 12, 0, 0, 5).getTime()
const DAY = 24 * 3_600_000

let stateDir: string
let now: number
let open: OpenLog
let used: OpenLog[] = []
let stdout: Sink
let stderr: Sink

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'log-pino-'))
  now = NOON
  stdout = new Sink()
  stderr = new Sink()
})

afterEach(() => {
  for (const one of used) one.close()
  used = []
  rmSync(stateDir, { recursive: true, force: true })
})

function start(options: Partial<PinoLogOptions> = {}) {
  open = openPinoLog({ stateDir, now: () => now, ...options, console: { stdout, stderr, ...options.console } })
  used.push(open)
  return open.log
}

const logs = () => readdirSync(join(stateDir, 'logs')).sort()
const linesOf = (name: string) =>
  readFileSync(join(stateDir, 'logs', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const EVERYTHING = { limit: 5000, maxBytes: 1_000_000 }
const messages = (lines: readonly string[]) =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.subsystem !== 'log')
    .map((line) => line.message)

describe('the file', () => {
  it('is named by the local date, private, and holds one JSON object a line', () => {
    start({ instance: 'i1' }).child('gateway/ws', { connId: 'c' }).info('listening', { port: 1 })
    open.flush()
    expect(logs()).toEqual(['mayros-2026-03-01.log'])
    expect(statSync(open.file).mode & 0o777).toBe(0o600)
    expect(statSync(join(stateDir, 'logs')).mode & 0o777).toBe(0o700)
    expect(linesOf('mayros-2026-03-01.log')[1]).toEqual({
      time: new Date(NOON).toISOString(),
      level: 'info',
      subsystem: 'gateway/ws',
      message: 'listening',
      pid: process.pid,
      instance: 'i1',
      connId: 'c',
      port: 1,
    })
  })

  it('gets errors at once and the rest a little later without being asked', async () => {
    const log = start()
    log.error('now')
    expect(linesOf('mayros-2026-03-01.log').at(-1)?.message).toBe('now')
    log.info('soon')
    await expect.poll(() => linesOf('mayros-2026-03-01.log').at(-1)?.message).toBe('soon')
  })

  it('changes at midnight and at the size limit; a cursor goes on over both, and over a restart', async () => {
    let log = start({ maxFileBytes: 1024 })
    const seen: unknown[] = []
    let cursor = (await open.reader.tail(EVERYTHING)).cursor
    const follow = async () => {
      open.flush()
      const tail = await open.reader.tail({ cursor, ...EVERYTHING })
      expect(tail.reset).toBe(false)
      seen.push(...messages(tail.lines))
      cursor = tail.cursor
    }
    for (let line = 0; line < 30; line++) {
      log.info(`line ${line}`)
      if (line === 10) now += DAY
      if (line === 20) {
        open.close()
        log = start({ maxFileBytes: 1024 })
      }
      if (line % 4 === 0) await follow()
    }
    await follow()
    expect(seen).toEqual(Array.from({ length: 30 }, (_, line) => `line ${line}`))
    expect(logs()).toContain('mayros-2026-03-01.log.1')
    expect(logs()).toContain('mayros-2026-03-02.log')
    for (const name of logs()) expect(statSync(join(stateDir, 'logs', name)).size).toBeLessThanOrEqual(1024)
  })

  it('resets a cursor whose file is gone to the oldest kept line', async () => {
    const log = start({ maxFileBytes: 1024 })
    for (let line = 0; line < 30; line++) log.info(`line ${line}`)
    open.flush()
    rmSync(join(stateDir, 'logs', 'mayros-2026-03-01.log.1'))
    const tail = await open.reader.tail({ cursor: 5, ...EVERYTHING })
    expect(tail.reset).toBe(true)
    const kept = messages(tail.lines)
    expect(kept.at(-1)).toBe('line 29')
    expect(kept[0]).not.toBe('line 0')
    expect(tail.size).toBeGreaterThan(tail.lines.join('').length / 4)
  })

  it('does not return the beginning of a line', async () => {
    start().info('whole')
    open.flush()
    appendFileSync(open.file, '{"message":"half')
    const tail = await open.reader.tail(EVERYTHING)
    expect(messages(tail.lines)).toEqual(['whole'])
    expect(tail.cursor).toBeLessThan(tail.size)
    appendFileSync(open.file, '","level":"info"}\n')
    expect(messages((await open.reader.tail({ cursor: tail.cursor, ...EVERYTHING })).lines)).toEqual(['half'])
  })

  it('ends a line that a crash cut off before it writes the next', () => {
    start().error('before')
    open.close()
    appendFileSync(open.file, '{"cut')
    start().error('after')
    const text = readFileSync(open.file, 'utf8')
    expect(text).toContain('{"cut\n{')
  })

  it('is kept for seven days', () => {
    mkdirSync(join(stateDir, 'logs'))
    for (const [name, days] of [
      ['mayros-2026-02-20.log', 9],
      ['mayros-2026-02-27.log.2', 2],
      ['other.log', 90],
    ] as const) {
      writeFileSync(join(stateDir, 'logs', name), 'x\n')
      utimesSync(join(stateDir, 'logs', name), (NOON - days * DAY) / 1000, (NOON - days * DAY) / 1000)
    }
    start().error('x')
    expect(logs()).toEqual(['mayros-2026-02-27.log.2', 'mayros-2026-03-01.log', 'other.log'])
  })

  it('can be named; then it keeps its name over midnight', () => {
    const file = join(stateDir, 'fixed.log')
    const log = start({ file, maxFileBytes: 1024 })
    log.error('one')
    now += DAY
    for (let line = 0; line < 10; line++) log.error(`line ${line}`)
    expect(readdirSync(stateDir).sort().slice(0, 2)).toEqual(['fixed.log', 'fixed.log.1'])
    expect(open.file).toBe(file)
  })

  it('is reopened after another program moved it', async () => {
    const log = start()
    log.error('old')
    const { cursor } = await open.reader.tail(EVERYTHING)
    renameSync(open.file, `${open.file}.1`)
    open.reopen()
    log.error('new')
    expect(linesOf('mayros-2026-03-01.log').at(-1)?.message).toBe('new')
    expect(messages((await open.reader.tail({ cursor, ...EVERYTHING })).lines)).toEqual(['new'])
  })

  it('cuts lines above 64 KiB and says so', () => {
    start().error('long', { text: 'ü'.repeat(100_000), runId: 'r1' })
    const line = linesOf('mayros-2026-03-01.log').at(-1)
    expect(line).toMatchObject({ message: 'long', truncated: true, runId: 'r1' })
    open.log.error('x'.repeat(200_000))
    expect(statSync(open.file).size).toBeLessThan(2 * 64 * 1024)
  })

  it('loses lines when it cannot be written, tells the console once a minute, and the file how many are missing', () => {
    writeFileSync(join(stateDir, 'logs'), 'not a directory')
    const log = start({ console: { level: 'silent' } })
    for (let line = 0; line < 5; line++) log.error(`lost ${line}`)
    expect(stderr.text.match(/log lines are being lost/g)).toHaveLength(1)
    rmSync(join(stateDir, 'logs'))
    now += 2_000
    log.error('found')
    expect(linesOf('mayros-2026-03-01.log').map((line) => line.message)).toEqual([
      'log file opened',
      '5 lines were lost',
      'found',
    ])
  })

  it('goes on when it was emptied from outside', async () => {
    const log = start()
    log.error('one')
    truncateSync(open.file)
    log.error('two')
    const tail = await open.reader.tail(EVERYTHING)
    expect(messages(tail.lines)).toEqual(['two'])
  })
})

describe('the console', () => {
  it('is pretty on a terminal: short time, short prefix, loud lines on stderr', () => {
    const log = start({ console: { style: 'pretty', coloured: false } })
    log.child('gateway/ws').info('listening', { port: 18789, host: 'a b' })
    log.child('channels/irc').warn('slow')
    expect(stdout.text).toBe('12:00:00 [ws] listening port=18789 host="a b"\n')
    expect(stderr.text).toBe('12:00:00 [irc] slow\n')
  })

  it('is compact elsewhere: full time, no colour', () => {
    start().child('gateway/ws').info('listening', { port: 1 })
    expect(stdout.text).toBe(`${new Date(NOON).toISOString()} info [gateway/ws] listening port=1\n`)
  })

  it('says the same as the file in JSON, all on stdout when asked', () => {
    const log = start({ console: { style: 'json', onlyStdout: true } })
    log.error('one', { n: 1 })
    expect(stderr.text).toBe('')
    expect(JSON.parse(stdout.text)).toEqual(linesOf('mayros-2026-03-01.log').at(-1))
  })

  it('has a level of its own, which can change', () => {
    const log = start({ level: 'error', console: { level: 'debug' } })
    log.debug('seen')
    expect(log.enabled('debug')).toBe(true)
    open.adjust({ consoleLevel: 'warn' })
    log.debug('unseen')
    expect(log.enabled('debug')).toBe(false)
    expect(stdout.text).toContain('seen')
    expect(stdout.text).not.toContain('unseen')
  })

  it('shows the stack of an error as an indented block and masks it', () => {
    start({ secrets: ['hush-hush'], patterns: ['/order-\\d+/i', '('] }).error('failed', {
      err: new Error('hush-hush ORDER-123'),
    })
    expect(stderr.text).not.toMatch(/hush-hush|ORDER-123/)
    expect(stderr.text).toMatch(/failed err=.*\n {4}Error: .*\n {8}at /)
  })
})
