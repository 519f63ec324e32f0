import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryAuditTrail } from '../../../src/adapters/audit-memory/memory-audit-trail.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { NodeSecrets } from '../../../src/adapters/secrets-node/node-secrets.js'
import { JsonWire } from '../../../src/adapters/wire-json/json-wire.js'
import type { Call } from '../../../src/application/connection/call.js'
import { Client, type ClientIdentity } from '../../../src/application/connection/client.js'
import { ExecApprovals } from '../../../src/application/exec/approvals.js'
import { ApprovalsBook } from '../../../src/application/exec/approvals-book.js'
import { PendingApprovals } from '../../../src/application/exec/pending-approvals.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { approvalMethods } from '../../../src/application/methods/approval-methods.js'
import { DocumentFailure } from '../../../src/application/ports/document.js'
import type { Connection } from '../../../src/application/ports/transport.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'

const LIST = { version: 1, agents: { '*': { allowlist: [{ id: 'e1', pattern: '/usr/bin/git' }] } } }

class BrittleDocument extends MemoryDocument {
  isFull = false

  override async write(text: string): Promise<void> {
    if (this.isFull) throw new DocumentFailure('document-unwritable', 'no space left')
    await super.write(text)
  }
}

let document: BrittleDocument
let clock: FakeClock
let trail: MemoryAuditTrail
let log: MemoryLog
let events: { event: string; payload: Record<string, unknown> }[]
let hasOperators: boolean
let pending: PendingApprovals
let book: ApprovalsBook
let approvals: ExecApprovals
let session: Partial<SessionEntry> | null
let table: MethodTable

function stage(exec: object = {}, file: unknown = LIST, more: object = {}): void {
  session = null
  document = new BrittleDocument(typeof file === 'string' ? file : JSON.stringify(file))
  clock = new FakeClock(1_000)
  trail = new MemoryAuditTrail(clock)
  log = new MemoryLog()
  events = []
  hasOperators = true
  const broadcast = {
    hasListeners: () => hasOperators,
    publish: (event: string, payload: unknown) => void events.push({ event, payload: payload as never }),
  }
  const ids = new SequenceIds()
  pending = new PendingApprovals({ broadcast, clock, ids, trail })
  book = new ApprovalsBook(document, new NodeSecrets(), ids)
  const config = gatewayConfigSchema().parse({ tools: { exec }, ...more })
  const programs = {
    find: async (name: string) => (name === 'missing' ? null : name.includes('/') ? name : `/usr/bin/${name}`),
  }
  const store = { session: async () => session as SessionEntry | null }
  approvals = new ExecApprovals({ live: { config }, book, store, pending, programs, clock, log })
  table = new MethodTable([approvalMethods({ book, pending, trail })])
}

const decide = (command: string, signal = new AbortController().signal, more: object = {}) =>
  approvals.decide(
    { command, cwd: '/here', agentId: 'main', sessionKey: 'agent:main:main', host: 'gateway', ...more },
    signal,
  )

const by = { facts: { actor: 'operator' }, name: 'phone' }

/** The question once it is asked. */
async function question() {
  await clock.advance(0)
  const [asked] = pending.list()
  if (asked === undefined) throw new Error('nothing is asked')
  return asked
}

const kept = async () => (await book.read()).file.agents

beforeEach(() => stage())

describe('deciding about commands', () => {
  it('lets listed ones run without a word to anybody', async () => {
    expect(await decide('git status | head -3')).toEqual({ allowed: true })
    expect(events).toEqual([])
    expect(trail.entries).toEqual([])
  })

  it('notes when an entry was used, but not every time', async () => {
    await decide('git status')
    await clock.advance(0)
    expect((await kept())?.['*']?.allowlist).toEqual([
      { id: 'e1', pattern: '/usr/bin/git', lastUsedAt: 1_000, lastUsedCommand: 'git status' },
    ])
    await clock.advance(30_000)
    await decide('git log')
    await clock.advance(0)
    expect((await kept())?.['*']?.allowlist?.[0]?.lastUsedAt).toBe(1_000)
    document.isFull = true
    await clock.advance(40_000)
    expect(await decide('git log')).toEqual({ allowed: true })
    await clock.advance(0)
    expect(log.lines.some(({ message }) => message === 'could not note the use of an approval')).toBe(true)
  })

  it('asks about others and does what is answered', async () => {
    const running = decide('rm -r x')
    const { id, request, createdAtMs, expiresAtMs } = await question()
    expect(request).toEqual({
      command: 'rm -r x',
      cwd: '/here',
      host: 'gateway',
      security: 'allowlist',
      ask: 'on-miss',
      agentId: 'main',
      resolvedPath: '/usr/bin/rm',
      sessionKey: 'agent:main:main',
    })
    expect(expiresAtMs - createdAtMs).toBe(120_000)
    expect(events).toEqual([{ event: 'exec.approval.requested', payload: { id, request, createdAtMs, expiresAtMs } }])
    await pending.resolve(id, 'allow-once', by)
    expect(await running).toEqual({ allowed: true })
    expect(events[1]).toMatchObject({
      event: 'exec.approval.resolved',
      payload: { id, decision: 'allow-once', resolvedBy: 'phone', ts: 1_000 },
    })
    expect(trail.entries).toMatchObject([
      {
        event: 'approval',
        actor: 'operator',
        reason: 'allow-once',
        subject: id,
        details: { agentId: 'main', program: '/usr/bin/rm', host: 'gateway', sessionKey: 'agent:main:main' },
      },
    ])
    expect(JSON.stringify(trail.entries)).not.toContain('-r x')
  })

  it('refuses what an operator refuses', async () => {
    const running = decide('rm x')
    await pending.resolve((await question()).id, 'deny', by)
    expect(await running).toEqual({ allowed: false, reason: 'an operator did not allow it' })
  })

  it('remembers exactly the command that is allowed always', async () => {
    const running = decide("rm 'a b' && git status && ls")
    await pending.resolve((await question()).id, 'allow-always', by)
    expect(await running).toEqual({ allowed: true })
    expect((await kept())?.main?.allowlist?.map(({ pattern }) => pattern)).toEqual([
      "/usr/bin/rm 'a b'",
      '/usr/bin/ls $',
    ])
    expect(await decide("rm 'a b'; ls")).toEqual({ allowed: true })
    const other = decide('rm a b')
    await pending.resolve((await question()).id, 'deny', by)
    expect(await other).toMatchObject({ allowed: false })
  })

  it('allows once what no pattern can stand for', async () => {
    const running = decide('rm *')
    await pending.resolve((await question()).id, 'allow-always', by)
    expect(await running).toEqual({ allowed: true })
    expect((await kept())?.main).toBeUndefined()
  })

  it('leaves a question open whose answer could not be remembered', async () => {
    const running = decide('rm x')
    const { id } = await question()
    document.isFull = true
    await expect(pending.resolve(id, 'allow-always', by)).rejects.toThrow('no space left')
    expect(pending.list()).toHaveLength(1)
    document.isFull = false
    const first = pending.resolve(id, 'allow-always', by)
    await expect(pending.resolve(id, 'deny', by)).rejects.toThrow('unknown approval id')
    await first
    expect(await running).toEqual({ allowed: true })
  })

  it.each([
    ['deny', 'git status > x', { allowed: false, reason: 'nobody approved it in time' }],
    ['full', 'rm x', { allowed: true }],
    ['allowlist', 'git status', { allowed: true }],
  ] as const)('falls back on %s when nobody answers', async (askFallback, command, expected) => {
    stage({ ask: 'always' }, { ...LIST, defaults: { askFallback } })
    const running = decide(command)
    const { id } = await question()
    await clock.advance(119_999)
    expect(pending.list()).toHaveLength(1)
    await clock.advance(1)
    expect(await running).toEqual(expected)
    expect(events.map(({ event }) => event)).toEqual(['exec.approval.requested'])
    expect(trail.entries).toMatchObject([{ event: 'approval', actor: 'gateway', reason: 'timeout', subject: id }])
    await expect(pending.resolve(id, 'allow-once', by)).rejects.toThrow('unknown approval id')
  })

  it('does not wait where nobody could answer', async () => {
    hasOperators = false
    expect(await decide('rm x')).toEqual({ allowed: false, reason: 'nobody approved it in time' })
    expect(events).toEqual([])
    expect(trail.entries).toMatchObject([{ reason: 'nobody-there' }])
  })

  it('forgets the question when the run is aborted', async () => {
    const abort = new AbortController()
    const running = decide('rm x', abort.signal)
    const { id } = await question()
    abort.abort()
    expect(await running).toEqual({ allowed: false, reason: 'the run was aborted' })
    await expect(pending.resolve(id, 'allow-once', by)).rejects.toThrow('unknown approval id')
    expect(await decide('git status', abort.signal)).toEqual({ allowed: false, reason: 'the run was aborted' })
  })

  it('does not ask about more than anybody can answer', async () => {
    const running = Array.from({ length: 64 }, (_, index) => decide(`rm ${index}`))
    await clock.advance(0)
    expect(await decide('rm more')).toEqual({ allowed: false, reason: 'too many approvals are pending' })
    pending.close()
    for (const one of await Promise.all(running)) expect(one).toMatchObject({ allowed: false })
  })

  it('asks nobody where the rules say no', async () => {
    stage({ security: 'deny' })
    expect(await decide('git status')).toEqual({ allowed: false, reason: 'running commands is switched off' })
    stage({ ask: 'off' })
    expect(await decide('rm x')).toEqual({
      allowed: false,
      reason: '/usr/bin/rm is not on the allow list with these arguments',
    })
    expect(await decide('git status', undefined, { setsEnvironment: true })).toMatchObject({ allowed: false })
    expect(await decide('missing')).toEqual({ allowed: false, reason: 'there is no program missing' })
  })

  it.each(['{"version":1', '{"version":2}', '{"version":1,"agents":{"main":{"security":"al"}}}'])(
    'runs nothing while the file is %s',
    async (text) => {
      stage({ security: 'full', ask: 'off' }, text)
      expect(await decide('git status')).toMatchObject({
        allowed: false,
        reason: expect.stringMatching(/^cannot use the approvals in memory: /),
      })
    },
  )

  it('counts what is in the file now', async () => {
    stage({ ask: 'off' })
    expect(await decide('uptime')).toMatchObject({ allowed: false })
    await document.write(
      JSON.stringify({
        version: 1,
        defaults: { security: 'allowlist' },
        agents: { main: { allowlist: [{ id: 'x', pattern: '/usr/bin/uptime' }] } },
      }),
    )
    expect(await decide('uptime')).toEqual({ allowed: true })
    expect(await decide('git status')).toMatchObject({ allowed: false })
  })

  describe('for a session', () => {
    const owner = { sender: { isOwner: true } }

    it('become stricter by its own settings, never laxer', async () => {
      session = { execSecurity: 'deny' }
      expect(await decide('git status')).toEqual({ allowed: false, reason: 'running commands is switched off' })
      session = { execSecurity: 'full', execAsk: 'off' }
      const running = decide('rm x')
      await pending.resolve((await question()).id, 'deny', by)
      expect(await running).toMatchObject({ allowed: false })
      stage({ security: 'full', ask: 'off' })
      session = { execAsk: 'always' }
      const asking = decide('git status')
      await pending.resolve((await question()).id, 'allow-once', by)
      expect(await asking).toEqual({ allowed: true })
    })

    it('are refused where they are to run on a machine that is not there', async () => {
      session = { execHost: 'node' }
      const reason = 'commands of this session run on a node, and this gateway has none'
      expect(await decide('git status')).toEqual({ allowed: false, reason })
      expect(await decide('git status', undefined, owner)).toEqual({ allowed: true })
      stage({ host: 'node' })
      session = { execHost: 'gateway' }
      expect(await decide('git status')).toEqual({ allowed: true })
    })

    it('run without list and question when elevated in full, for those who may', async () => {
      session = { elevatedLevel: 'full' }
      expect(await decide('rm x', undefined, owner)).toEqual({ allowed: true })
      expect(pending.list()).toEqual([])
      for (const sender of [undefined, { isOwner: false }, { isOwner: true, channel: 'irc', id: 'bob' }]) {
        const running = decide('rm x', undefined, sender === undefined ? {} : { sender })
        await pending.resolve((await question()).id, 'deny', by)
        expect(await running).toMatchObject({ allowed: false })
      }
      session = { elevatedLevel: 'full', execAsk: 'always' }
      const running = decide('git status', undefined, owner)
      await pending.resolve((await question()).id, 'deny', by)
      expect(await running).toMatchObject({ allowed: false })
    })

    it('stay switched off whoever elevates them', async () => {
      stage({ security: 'deny' })
      session = { elevatedLevel: 'full' }
      expect(await decide('git status', undefined, owner)).toMatchObject({ allowed: false })
      stage({}, { ...LIST, agents: { main: { security: 'deny' } } })
      session = { elevatedLevel: 'full' }
      expect(await decide('git status', undefined, owner)).toMatchObject({ allowed: false })
    })

    it('are elevated by the configured level where the session says nothing', async () => {
      stage({}, LIST, { agents: { defaults: { elevatedDefault: 'ask' } } })
      const running = decide('git status', undefined, owner)
      await pending.resolve((await question()).id, 'allow-once', by)
      expect(await running).toEqual({ allowed: true })
      expect(await decide('git status')).toEqual({ allowed: true })
    })
  })

  it('changes the file one after the other', async () => {
    const all = Array.from({ length: 20 }, (_, index) => decide(`rm ${index}`))
    await clock.advance(0)
    await Promise.all(pending.list().map(({ id }) => pending.resolve(id, 'allow-always', by)))
    await Promise.all(all)
    expect((await kept())?.main?.allowlist).toHaveLength(20)
  })
})

describe('methods about approvals', () => {
  const wire = new JsonWire()
  const identity = { connId: 'c1', role: 'operator', client: { id: 'cli', displayName: 'laptop' }, deviceId: 'd1' }
  const client = new Client({ proof: { kind: 'open' }, ...identity } as unknown as ClientIdentity, {} as Connection)

  async function call(name: string, params: object, acknowledge: (payload: unknown) => void = () => undefined) {
    const row = table.find(name)
    if (row === undefined) throw new Error(`no method ${name}`)
    const checked = row.params === undefined ? null : wire.check(row.params, params)
    if (checked?.ok === false) throw new Error(checked.problems)
    return row.run(params as never, { client, requestId: '1', method: name, acknowledge } as Call) as Promise<
      Record<string, unknown>
    >
  }

  it('show the file without the token, and keep the token when it is sent back', async () => {
    stage({}, { ...LIST, socket: { path: '/run/x', token: 'hidden' } })
    const view = await call('exec.approvals.get', {})
    expect(view).toMatchObject({ path: 'memory', exists: true, file: { ...LIST, socket: { path: '/run/x' } } })
    expect(JSON.stringify(view)).not.toContain('hidden')
    const file = { version: 1, agents: { main: { security: 'full', allowlist: [{ pattern: '/bin/ls' }] } } }
    const after = await call('exec.approvals.set', { file, baseHash: view.hash })
    expect(after).toMatchObject({
      file: { agents: { main: { allowlist: [{ id: expect.any(String), pattern: '/bin/ls' }] } } },
    })
    expect(JSON.parse((await document.read()) ?? '')).toMatchObject({ socket: { path: '/run/x', token: 'hidden' } })
    expect(trail.entries).toMatchObject([{ event: 'approval', reason: 'list-changed', deviceId: 'd1' }])
  })

  it('guard the file by its hash', async () => {
    await expect(call('exec.approvals.set', { file: LIST })).rejects.toThrow(/^exec approvals base hash required; /)
    await expect(call('exec.approvals.set', { file: LIST, baseHash: 'x' })).rejects.toThrow(
      /^exec approvals changed since last load; /,
    )
    const { hash } = await call('exec.approvals.get', {})
    await expect(call('exec.approvals.set', { file: { version: 3 }, baseHash: hash })).rejects.toThrow(
      'invalid exec approvals: file.version: expected 1',
    )
    expect(await document.read()).toBe(JSON.stringify(LIST))
  })

  it('need no hash for a file that is not there yet', async () => {
    const empty = new ApprovalsBook(new MemoryDocument(), new NodeSecrets(), new SequenceIds())
    table = new MethodTable([approvalMethods({ book: empty, pending, trail })])
    expect(await call('exec.approvals.get', {})).toEqual({
      path: 'memory',
      exists: false,
      hash: '',
      file: { version: 1 },
    })
    expect(await call('exec.approvals.set', { file: LIST })).toMatchObject({ exists: true })
  })

  it('ask and answer in two phases', async () => {
    const acknowledged: unknown[] = []
    const params = { command: 'rm x', id: 'q1', timeoutMs: 5_000, twoPhase: true, sessionKey: null }
    const asking = call('exec.approval.request', params, (payload) => acknowledged.push(payload))
    const times = { id: 'q1', createdAtMs: 1_000, expiresAtMs: 6_000 }
    expect(acknowledged).toEqual([{ status: 'accepted', ...times }])
    await expect((async () => call('exec.approval.request', params))()).rejects.toThrow('approval id already pending')
    expect(await call('exec.approval.list', {})).toMatchObject({
      pending: [{ id: 'q1', request: { command: 'rm x' } }],
    })
    const waiting = call('exec.approval.waitDecision', { id: 'q1', more: 1 })
    await expect(call('exec.approval.resolve', { id: 'q1', decision: 'maybe' })).rejects.toThrow('invalid decision')
    await expect(call('exec.approval.request', { command: '' })).rejects.toThrow('/command')
    await expect(call('exec.approval.resolve', { id: 'q2', decision: 'deny' })).rejects.toThrow('unknown approval id')
    expect(await call('exec.approval.resolve', { id: 'q1', decision: 'deny' })).toEqual({ ok: true })
    const final = { decision: 'deny', ...times }
    expect(await asking).toEqual(final)
    expect(await waiting).toEqual(final)
    expect(events.at(-1)?.payload).toMatchObject({ resolvedBy: 'laptop' })
    expect(trail.entries).toMatchObject([{ reason: 'deny', deviceId: 'd1' }])
    await clock.advance(14_999)
    expect(await call('exec.approval.waitDecision', { id: 'q1' })).toEqual(final)
    await clock.advance(1)
    await expect((async () => call('exec.approval.waitDecision', { id: 'q1' }))()).rejects.toThrow(
      'approval expired or not found',
    )
    await expect((async () => call('exec.approval.waitDecision', {}))()).rejects.toThrow('id is required')
  })

  it('answer null when nobody decides', async () => {
    const asking = call('exec.approval.request', { command: 'rm x', timeoutMs: 1 })
    await clock.advance(1)
    expect(await asking).toMatchObject({ decision: null })
    hasOperators = false
    expect(await call('exec.approval.request', { command: 'rm x' })).toMatchObject({ decision: null })
  })
})
