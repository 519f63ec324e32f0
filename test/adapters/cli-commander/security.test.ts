import { describe, expect, it } from 'vitest'
import type { AuditEntry, AuditQuery, AuditTrail } from '../../../src/application/ports/audit-trail.js'
import { CliStage } from '../../doubles/cli-stage.js'

const DEVICE = `9b1c44${'a'.repeat(58)}`
const ENTRIES: readonly AuditEntry[] = [
  { at: 1_780_000_000_000, event: 'connected', actor: 'operator', clientId: 'cli', deviceId: DEVICE, address: 'local' },
  {
    at: 1_780_000_001_500,
    event: 'refused',
    address: '10.0.0.5',
    reason: 'token_mismatch\n2026 connected',
    subject: 'connect',
    details: { suppressed: 7 },
  },
]

class TrailDouble implements AuditTrail {
  readonly location = '/home/alice/.mayros/logs/audit.jsonl'
  readonly queries: AuditQuery[] = []
  isClosed = false
  constructor(readonly entries: readonly AuditEntry[] = ENTRIES) {}
  record(): void {
    throw new Error('the command line records nothing')
  }
  async read(query: AuditQuery = {}): Promise<readonly AuditEntry[]> {
    this.queries.push(query)
    return this.entries
  }
  async flush(): Promise<void> {
    throw new Error('the command line records nothing')
  }
  async close(): Promise<void> {
    this.isClosed = true
  }
}

async function run(audit: TrailDouble, ...argv: string[]) {
  return new CliStage({ audit }).run('security', 'log', ...argv)
}

describe('security log', () => {
  it('is one line an entry, whatever an entry says', async () => {
    const audit = new TrailDouble()
    expect(await run(audit)).toEqual({
      exitCode: 0,
      stdout: [
        `2026-05-28T20:26:40.000Z  connected  operator cli ${DEVICE}  local`,
        `2026-05-28T20:26:41.500Z  refused    -${' '.repeat(78)}10.0.0.5  token_mismatch\\n2026 connected  connect suppressed=7`,
        '',
      ].join('\n'),
      stderr: '',
    })
    expect(audit.queries).toEqual([{ limit: 100 }])
    expect(audit.isClosed).toBe(true)
  })

  it('is one document for programs', async () => {
    const [first] = ENTRIES
    const { stdout } = await run(new TrailDouble(ENTRIES.slice(0, 1)), '--json')
    expect(JSON.parse(stdout)).toEqual({
      file: '/home/alice/.mayros/logs/audit.jsonl',
      entries: [{ ...first, at: '2026-05-28T20:26:40.000Z' }],
    })
    expect((await run(new TrailDouble([]))).stdout).toBe('no entries\n')
  })

  it('asks the trail for what is wanted', async () => {
    const audit = new TrailDouble()
    await run(
      audit,
      ...'--limit 5 --since 2026-05-28T20:26:40Z --event refused --event locked-out --address 10.0.0.5'.split(' '),
      '--device',
      DEVICE,
    )
    expect(audit.queries).toEqual([
      {
        limit: 5,
        since: 1_780_000_000_000,
        events: ['refused', 'locked-out'],
        address: '10.0.0.5',
        deviceId: DEVICE,
      },
    ])
  })

  it('takes a time span, and the beginning of a device id', async () => {
    const audit = new TrailDouble()
    const before = Date.now()
    const { stdout } = await run(audit, '--since', '1h30m', '--device', '9B1C', '--limit', '1')
    expect(stdout.trim().split('\n')).toHaveLength(1)
    const { since, limit } = audit.queries[0] ?? {}
    expect(since).toBeGreaterThanOrEqual(before - 5_400_000)
    expect(since).toBeLessThanOrEqual(Date.now() - 5_400_000)
    expect(limit).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each([
    [['--since', 'yesterday'], '--since: expected a time span (30m, 2h, 7d) or an ISO 8601 time, got "yesterday"'],
    [['--since', '2026'], '--since: expected a time span (30m, 2h, 7d) or an ISO 8601 time, got "2026"'],
    [['--since', '2026-99-01'], '--since: expected a time span (30m, 2h, 7d) or an ISO 8601 time, got "2026-99-01"'],
    [['--event', 'conected'], '--event: unknown event conected (did you mean connected?)'],
    [['--limit', '0'], '--limit: expected a whole number from 1 to 10000, got "0"'],
    [['--follow'], 'unknown option --follow'],
  ])('%j: %s', async (argv, message) => {
    const { exitCode, stderr } = await run(new TrailDouble(), ...argv)
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, `Error: ${message}`])
  })

  it('is honest to programs when the trail cannot be read', async () => {
    const { exitCode, stdout } = await new CliStage().run('security', 'log', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'audit-unreadable' } })
  })
})
