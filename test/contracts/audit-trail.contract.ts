import assert from 'node:assert/strict'
import type { AuditEntry, AuditFacts, AuditTrail } from '../../src/application/ports/audit-trail.js'
import { AUDIT_TRAIL_GUARANTEES, type AuditTrailGuaranteeId } from './audit-trail/audit-trail-guarantees.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'

/** An empty trail under test, on a clock of its own. */
export interface AuditTrailSubject {
  readonly trail: AuditTrail
  /** Unix milliseconds on the trail's clock. */
  now(): number
  /** Moves the trail's clock forward. */
  pass(milliseconds: number): Promise<void>
  /** Another trail on what this one made durable; absent where nothing outlives the process. */
  reopen?(): Promise<AuditTrail>
  dispose(): Promise<void>
}

/** What the own test of an audit trail has to bring. */
export interface AuditTrailHarness extends ContractHarness {
  create(): Promise<AuditTrailSubject>
  /** Whether subjects have `reopen`. */
  readonly outlivesProcess: boolean
}

const EVERYTHING = { limit: 100_000 }
const MINUTE_MS = 60_000

const proofs = new Map<AuditTrailGuaranteeId, (harness: AuditTrailHarness) => Promise<void>>()

prove('U1', async ({ trail, now, pass }) => {
  const facts: AuditFacts = {
    actor: 'operator',
    deviceId: 'd1',
    clientId: 'cli',
    connId: 'c1',
    address: '192.0.2.1',
    reason: 'approved',
    subject: 'request 7',
    details: { scopes: ['operator.read', 'operator.write'], count: 2, isLocal: false },
  }
  const first = now()
  trail.record('pairing-approved', facts)
  await pass(1500)
  trail.record('gateway-stopped', {})
  assert.deepEqual(await trail.read(), [
    { at: first, event: 'pairing-approved', ...facts },
    { at: first + 1500, event: 'gateway-stopped' },
  ])
})

prove('U2', async ({ trail }) => {
  const events = ['connected', 'tool', 'disconnected', 'config-changed', 'refused'] as const
  for (let number = 0; number < 200; number += 1) {
    trail.record(events[number % events.length]!, { subject: `${number}`, address: `192.0.2.${number}` })
    if (number % 40 === 0) await trail.read({ limit: 1 })
  }
  const subjects = (await trail.read(EVERYTHING)).map((entry) => entry.subject)
  assert.deepEqual(
    subjects,
    Array.from({ length: 200 }, (_, number) => `${number}`),
  )
})

prove('U3', async ({ trail }) => {
  for (let number = 0; number < 150; number += 1) trail.record('tool', { subject: `${number}` })
  const subjects = async (limit?: number) =>
    (await trail.read(limit === undefined ? {} : { limit })).map((entry) => entry.subject)
  assert.deepEqual(await subjects(2), ['148', '149'])
  assert.deepEqual(await subjects(0), [], 'no entries were asked for')
  assert.deepEqual([(await subjects()).length, (await subjects())[0]], [100, '50'])
  assert.equal((await subjects(1000)).length, 150)
})

prove('U4', async ({ trail, now, pass }) => {
  trail.record('connected', { deviceId: 'd1', address: '192.0.2.1', subject: 'a' })
  trail.record('refused', { deviceId: 'd2', address: '192.0.2.1', subject: 'b' })
  await pass(10_000)
  const since = now()
  trail.record('connected', { deviceId: 'd1', address: '192.0.2.2', subject: 'c' })
  await pass(1)
  trail.record('refused', { address: '192.0.2.2', subject: 'd' })
  const subjects = async (query: object) => (await trail.read(query)).map((entry) => entry.subject).join('')
  assert.equal(await subjects({ since }), 'cd', 'since is inclusive')
  assert.equal(await subjects({ since: since + 1 }), 'd')
  assert.equal(await subjects({ events: ['refused'] }), 'bd')
  assert.equal(await subjects({ events: ['refused', 'connected'] }), 'abcd')
  assert.equal(await subjects({ events: [] }), '', 'no event was asked for')
  assert.equal(await subjects({ deviceId: 'd1' }), 'ac')
  assert.equal(await subjects({ address: '192.0.2.1' }), 'ab')
  assert.equal(await subjects({ deviceId: 'd1', address: '192.0.2.2', since }), 'c')
  assert.equal(await subjects({ events: ['refused'], limit: 1 }), 'd', 'the limit counts what matches')
})

prove('U5', async ({ trail }) => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const strange = [
    { details: { big: 10n, nothing: undefined, nan: Number.NaN, fn: () => 1, cycle, list: [1, cycle, 'kept'] } },
    { details: cycle },
    { reason: 7, subject: Symbol('s'), actor: null },
    { details: null },
  ]
  for (const facts of strange) trail.record('tool', facts as unknown as AuditFacts)
  trail.record('tool', { subject: 'last' })
  const entries = await trail.read()
  assert.equal(entries.length, 5, 'every entry is kept, without what cannot be')
  assert.equal(entries.at(-1)?.subject, 'last')
})

prove('U6', async ({ trail }) => {
  const forged = 'x","event":"approval"}\n{"at":1,"event":"approval","time":"2020"}\r\u0000\u001b[31m\u2028\u009b'
  trail.record('refused', { clientId: forged, details: { [forged]: forged } })
  trail.record('refused', { clientId: 'y'.repeat(1_000_000), details: { long: 'z'.repeat(1_000_000) } })
  const [first, second, ...more] = await trail.read()
  assert.deepEqual([first?.event, first?.clientId, first?.details], ['refused', forged, { [forged]: forged }])
  assert.deepEqual(more, [], 'two occurrences are two entries')
  assert.ok(JSON.stringify(second).length < 4_000, `a long name was kept: ${JSON.stringify(second).length} characters`)
  assert.match(second?.clientId ?? '', /^y+…$/, 'that it was cut can be seen')
})

prove('U7', async ({ trail }) => {
  const scopes = ['operator.read']
  const facts = { subject: 'before', details: { scopes } }
  trail.record('token-issued', facts)
  facts.subject = 'after'
  scopes.push('operator.admin')
  const [read] = (await trail.read()) as unknown as [{ subject: string }]
  read.subject = 'changed by a reader'
  const [entry] = await trail.read()
  assert.deepEqual([entry?.subject, entry?.details], ['before', { scopes: ['operator.read'] }])
})

prove('U8', async ({ trail, pass }) => {
  for (let knock = 0; knock < 500; knock += 1) {
    trail.record('refused', { address: '192.0.2.1', reason: 'token_mismatch', connId: `${knock}` })
  }
  assert.equal((await trail.read(EVERYTHING)).length, 20, 'twenty are kept')
  await pass(MINUTE_MS)
  const entries = await trail.read(EVERYTHING)
  assert.equal(entries.length, 21, 'one entry counts the others')
  const { at: _, ...sum } = entries.at(-1) as AuditEntry
  const expected = { event: 'refused', address: '192.0.2.1', reason: 'token_mismatch', details: { suppressed: 480 } }
  assert.deepEqual(sum, expected)
  trail.record('refused', { address: '192.0.2.1', reason: 'token_mismatch', connId: 'next minute' })
  assert.equal((await trail.read({ limit: 1 }))[0]?.connId, 'next minute', 'the next minute starts anew')
  await pass(MINUTE_MS)
  assert.equal((await trail.read(EVERYTHING)).length, 22, 'where nothing was left out nothing is counted')
})

prove('U9', async ({ trail }) => {
  for (let knock = 0; knock < 100; knock += 1)
    trail.record('refused', { address: '192.0.2.1', reason: 'token_mismatch' })
  trail.record('refused', { address: '192.0.2.2', reason: 'token_mismatch', subject: 'another address' })
  trail.record('refused', { address: '192.0.2.1', reason: 'origin_not_allowed', subject: 'another reason' })
  trail.record('connected', { address: '192.0.2.1', reason: 'token_mismatch', subject: 'another event' })
  const subjects = (await trail.read({ limit: 3 })).map((entry) => entry.subject)
  assert.deepEqual(subjects, ['another address', 'another reason', 'another event'])
})

prove('U10', async ({ trail, pass }) => {
  const knocks = 7_000
  for (let knock = 0; knock < knocks; knock += 1) {
    trail.record('refused', { address: `2001:db8::${knock.toString(16)}`, reason: 'token_missing' })
    if (knock % 1000 === 0) await trail.flush()
  }
  await pass(MINUTE_MS)
  const entries = await trail.read(EVERYTHING)
  const told = entries.reduce((sum, entry) => sum + Number(entry.details?.suppressed ?? 1), 0)
  assert.equal(told, knocks, 'kept and counted ones together are all')
  assert.ok(entries.length < knocks, 'not all of them were kept one by one')
})

prove('U11', async ({ trail, pass }) => {
  for (let number = 0; number < 50; number += 1) trail.record('tool', { actor: 'operator', subject: 'exec' })
  await pass(MINUTE_MS)
  assert.equal((await trail.read(EVERYTHING)).length, 50)
})

prove('U12', async ({ trail }) => {
  for (let knock = 0; knock < 25; knock += 1) trail.record('refused', { address: '192.0.2.1' })
  await Promise.all([trail.close(), trail.close()])
  await trail.close()
  trail.record('tool', { subject: 'too late' })
  const entries = await trail.read(EVERYTHING)
  assert.deepEqual([entries.length, entries.at(-1)?.details], [21, { suppressed: 5 }])
})

prove('U13', async ({ trail, reopen }) => {
  trail.record('connected', { deviceId: 'd1' })
  trail.record('tool', { subject: 'exec' })
  await trail.flush()
  const next = await reopen!()
  try {
    next.record('gateway-started', {})
    const events = (await next.read()).map((entry) => entry.event)
    assert.deepEqual(events, ['connected', 'tool', 'gateway-started'])
  } finally {
    await next.close()
  }
})

prove('U14', async ({ trail }) => {
  assert.deepEqual(await trail.read(), [])
  await trail.flush()
  assert.notEqual(trail.location, '', 'where it is kept is said')
})

/** Holds an audit trail to everything its port promises. */
export const auditTrailContract = defineContract<AuditTrailHarness>({
  port: 'audit-trail',
  guarantees: AUDIT_TRAIL_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
  unfit: ({ outlivesProcess }) => (outlivesProcess ? {} : { U13: 'nothing of this trail outlives the process' }),
})

function prove(id: AuditTrailGuaranteeId, body: (subject: AuditTrailSubject) => Promise<void>): void {
  proofs.set(id, async (harness) => {
    const subject = await harness.create()
    try {
      await body(subject)
    } finally {
      await subject.dispose()
    }
  })
}
