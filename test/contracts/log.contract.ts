import assert from 'node:assert/strict'
import type { Log, LogLevel } from '../../src/application/ports/log.js'
import type { LogReader } from '../../src/application/ports/log-reader.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { LOG_GUARANTEES, type LogGuaranteeId } from './log/log-guarantees.js'

/** A log under test, and what reads it back. */
export interface LogSubject {
  readonly log: Log
  readonly reader: LogReader
  addSecrets(secrets: readonly string[]): void
  /** Makes sure that what was said can be read. */
  flush(): void
  dispose(): Promise<void>
}

/** What a log's own test has to bring. */
export interface LogHarness extends ContractHarness {
  create(options: { readonly level: LogLevel; readonly secrets?: readonly string[] }): Promise<LogSubject>
}

const EVERYTHING = { limit: 5000, maxBytes: 1_000_000 }

const proofs = new Map<LogGuaranteeId, (harness: LogHarness) => Promise<void>>()

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

type Said = Record<string, unknown> & { readonly level: string; readonly subsystem: string; readonly message: string }

prove('L1', async ({ log }, said) => {
  for (const level of LEVELS) log[level](`at ${level}`)
  assert.deepEqual(
    (await said()).map((line) => [line.level, line.message]),
    LEVELS.map((level) => [level, `at ${level}`]),
  )
})

prove(
  'L2',
  async ({ log }, said) => {
    for (const level of LEVELS) log[level]('x')
    assert.deepEqual(
      (await said()).map((line) => line.level),
      ['fatal', 'error', 'warn'],
    )
    assert.deepEqual(
      LEVELS.filter((level) => log.enabled(level)),
      ['fatal', 'error', 'warn'],
    )
  },
  'warn',
)

prove('L3', async ({ log }, said) => {
  const child = log.child('gateway/ws', { connId: 'c1', n: 1 })
  child.child('gateway/ws', { method: 'health' }).info('deep', { n: 2 })
  child.info('child')
  log.info('parent')
  const [deep, own, parent] = await said()
  assert.deepEqual([deep?.subsystem, deep?.connId, deep?.method, deep?.n], ['gateway/ws', 'c1', 'health', 2])
  assert.deepEqual([own?.connId, own?.method, own?.n], ['c1', undefined, 1])
  assert.deepEqual([parent?.subsystem === 'gateway/ws', parent?.connId], [false, undefined])
})

prove('L4', async ({ log, addSecrets }, said) => {
  addSecrets(['later-"secret"\\value'])
  const secrets = ['known-secret-value', 'later-"secret"\\value']
  for (const secret of secrets) {
    log.info(`said ${secret}`, {
      plain: secret,
      deep: { list: [{ x: `a${secret}b` }] },
      url: `http://h/?k=${encodeURIComponent(secret)}`,
    })
    log.error('failed', { err: new Error(`with ${secret}`, { cause: new Error(secret) }) })
    log.child('x', { bound: secret }).info('bound')
  }
  const text = JSON.stringify(await said())
  for (const secret of ['known-secret-value', 'later-', encodeURIComponent('later-"secret"')]) {
    assert.ok(!text.includes(secret), `the secret ${secret} was written: ${text}`)
  }
})

prove('L5', async ({ log }, said) => {
  log.info('x', {
    token: 'abc',
    nested: { Authorization: 'xyz1', 'api-key': 'pqr2', apiKey: 'stu3' },
    tokens: 12,
    headers: { cookie: 'vwx4' },
  })
  const [line] = await said()
  const text = JSON.stringify(line)
  for (const secret of ['abc', 'xyz1', 'pqr2', 'stu3', 'vwx4'])
    assert.ok(!text.includes(secret), `${secret} was written: ${text}`)
  assert.equal(line?.tokens, 12, 'a count is no secret')
})

prove('L6', async ({ log }, said) => {
  const key = `sk-${'a1b2c3d4e5'.repeat(3)}`
  const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIPsecretsecret\n-----END PRIVATE KEY-----'
  log.info(`key ${key} auth Bearer abcdefghijklmnop`, { body: `x ${key} y`, pem })
  log.info('short sk-12345678 end')
  const [line, short] = await said()
  const text = JSON.stringify(line)
  for (const secret of [key, 'abcdefghijklmnop', 'MC4CAQ', 'secretsecret'])
    assert.ok(!text.includes(secret), `${secret} was written`)
  assert.ok(line?.message.includes('sk-a1b...d4e5'), `long ones keep 6 and 4 characters: ${line?.message}`)
  assert.equal(short?.message, 'short *** end', 'short ones vanish')
})

prove('L7', async ({ log }, said) => {
  const cycle: Record<string, unknown> = { name: 'cycle' }
  cycle.self = cycle
  const hostile = {
    get boom(): never {
      throw new Error('no')
    },
  }
  log.info('strange', {
    cycle,
    hostile,
    big: 10n,
    fn: () => 1,
    sym: Symbol('s'),
    nan: Number.NaN,
    date: new Date(Number.NaN),
    map: new Map([['k', 1]]),
    bytes: new Uint8Array(3),
    nothing: undefined,
  })
  log.info(undefined as unknown as string)
  log.info('%s %d %j 100%', { a: 1 })
  const lines = await said()
  assert.equal(lines.length, 3)
  assert.equal(lines[0]?.big, '10')
  assert.equal(lines[2]?.message, '%s %d %j 100%', 'messages are not format strings')
})

prove('L8', async ({ log }, said) => {
  log.info('one\n{"level":"fatal","message":"forged"}\r\u001b[31m\u2028\u009b', {
    level: 'fatal',
    message: 'forged',
    time: 'x',
    subsystem: 'y',
  })
  const lines = await said()
  assert.equal(lines.length, 1, 'one call is one line')
  assert.equal(lines[0]?.level, 'info', 'a field cannot replace the level')
  assert.doesNotMatch(lines[0]?.message ?? '', /[\p{Cc}\p{Zl}\p{Zp}]/u, 'control characters are spelled out')
  assert.notEqual(lines[0]?.message, 'forged')
})

prove('L9', async ({ log }, said) => {
  log.error('failed', { err: Object.assign(new TypeError('bad'), { code: 'E_BAD' }) })
  const err = (await said())[0]?.err as Record<string, unknown>
  assert.deepEqual([err.name, err.message, err.code, typeof err.stack], ['TypeError', 'bad', 'E_BAD', 'string'])
})

prove('L10', async (subject) => {
  const { log, reader, flush } = subject
  const seen: string[] = []
  let { cursor } = await reader.tail({ limit: 10, maxBytes: 1000 })
  for (let round = 0; round < 20; round++) {
    for (let line = 0; line < round; line++) log.info(`${round}.${line} ${'ü'.repeat(line)}`)
    flush()
    const tail = await reader.tail({ cursor, limit: 7, maxBytes: 2000 })
    assert.ok(tail.lines.length <= 7, 'no more than limit lines')
    assert.equal(tail.reset, false, 'the cursor is honoured')
    seen.push(...tail.lines.map((line) => (JSON.parse(line) as Said).message))
    cursor = tail.cursor
  }
  const rest = await reader.tail({ cursor, ...EVERYTHING })
  seen.push(...rest.lines.map((line) => (JSON.parse(line) as Said).message))
  const all = await everythingSaid(subject)
  assert.deepEqual(
    seen.filter((text) => text.includes('.')),
    all.map((line) => line.message),
  )
  assert.equal(rest.cursor, rest.size, 'the end was reached')
})

prove('L11', async ({ log, reader, flush }) => {
  for (let line = 0; line < 10; line++) log.info(`line ${line}`)
  flush()
  const tail = await reader.tail({ limit: 3, maxBytes: 100_000 })
  assert.deepEqual(
    tail.lines.map((line) => (JSON.parse(line) as Said).message),
    ['line 7', 'line 8', 'line 9'],
  )
  assert.equal(tail.truncated, true, 'older lines were skipped')
  const next = await reader.tail({ cursor: tail.cursor, ...EVERYTHING })
  assert.deepEqual(next.lines, [], 'nothing was said since')
})

prove('L12', async ({ log, reader, flush }) => {
  log.info('only')
  flush()
  const tail = await reader.tail({ cursor: 1e12, ...EVERYTHING })
  assert.equal(tail.reset, true)
  assert.equal((JSON.parse(tail.lines.at(-1) ?? '{}') as Said).message, 'only')
  assert.equal(tail.cursor, tail.size)
})

prove('L13', async ({ log, reader, flush }) => {
  log.child('gateway/ws').warn('hello')
  flush()
  const tail = await reader.tail({ limit: 1, maxBytes: 1000 })
  const line = JSON.parse(tail.lines[0] ?? '{}') as Record<string, unknown>
  assert.equal(line['0'], 'hello')
  assert.deepEqual(line._meta, { logLevelName: 'WARN', name: '{"subsystem":"gateway/ws"}' })
})

prove('L14', async ({ reader }) => {
  const tail = await reader.tail(EVERYTHING)
  assert.deepEqual(tail, { file: '', cursor: 0, size: 0, lines: [], truncated: false, reset: false })
})

/** Holds a log, and what reads it back, to everything the two ports promise. */
export const logContract = defineContract<LogHarness>({
  port: 'log',
  guarantees: LOG_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
})

function prove(
  id: LogGuaranteeId,
  body: (subject: LogSubject, said: () => Promise<Said[]>) => Promise<void>,
  level: LogLevel = 'trace',
): void {
  proofs.set(id, async (harness) => {
    const subject = await harness.create({ level, secrets: ['known-secret-value'] })
    try {
      await body(subject, () => everythingSaid(subject))
    } finally {
      await subject.dispose()
    }
  })
}

/** Everything but what the log says about itself. */
async function everythingSaid({ reader, flush }: LogSubject): Promise<Said[]> {
  flush()
  const { lines } = await reader.tail(EVERYTHING)
  return lines.map((line) => JSON.parse(line) as Said).filter((line) => line.subsystem !== 'log')
}
