import { describe, expect, it } from 'vitest'
import { MemoryAuditTrail } from '../../../src/adapters/audit-memory/memory-audit-trail.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { ForwardApprovals } from '../../../src/application/exec/forward-approvals.js'
import { PendingApprovals } from '../../../src/application/exec/pending-approvals.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'

const KEY = 'agent:main:irc:group:room'
const SUBJECT = {
  command: 'rm x',
  cwd: '/here',
  host: 'gateway',
  security: 'allowlist',
  ask: 'on-miss',
  agentId: 'main',
  resolvedPath: null,
  sessionKey: KEY,
}
const ROOM = { channel: 'irc', to: '#room' }

function stage(exec: object, { hasOperators = false, works = true } = {}) {
  const clock = new FakeClock(1_000)
  const trail = new MemoryAuditTrail(clock)
  const log = new MemoryLog()
  const sent: Record<string, unknown>[] = []
  const rules = gatewayConfigSchema().parse({ approvals: { exec } }).approvals.exec
  const session = {
    ...newSession(KEY, { agentId: 'main', sessionId: 's', now: 0 }),
    lastChannel: ROOM.channel,
    lastTo: ROOM.to,
  }
  const forwarding = new ForwardApprovals({
    rules: () => rules,
    store: { session: async (key) => (key === KEY ? session : null) },
    deliver: async (message) => {
      sent.push({ ...message })
      return works ? { isDelivered: true } : { isDelivered: false, problem: 'no such channel' }
    },
    clock,
    log,
  })
  const broadcast = { hasListeners: () => hasOperators, publish: () => undefined }
  const pending = new PendingApprovals({ broadcast, clock, ids: new SequenceIds(), trail, forwarding })
  const places = () => sent.map(({ text: _, ...place }) => place)
  return { pending, clock, trail, log, sent, places }
}

describe('questions about commands in chats', () => {
  it('are asked in the chat of the session, with what to answer, and wait for it', async () => {
    const { pending, clock, sent } = stage({ enabled: true })
    const { question, decision } = pending.ask(SUBJECT, { id: '12345678-90' })
    await clock.advance(0)
    expect(sent).toEqual([{ ...ROOM, text: expect.any(String) }])
    const text = String(sent[0]?.text)
    for (const part of ['The agent main wants to run in /here', 'rm x', '120 s', '/approve 12345678 allow-once']) {
      expect(text).toContain(part)
    }
    await pending.resolve(question.id, 'allow-once', { facts: { actor: 'irc ann' }, name: 'ann' })
    expect(await decision).toBe('allow-once')
  })

  it('are asked in listed chats, in both, each once', async () => {
    const targets = [{ channel: 'slack', to: 'C1', threadId: 7 }, ROOM]
    const listed = stage({ enabled: true, mode: 'targets', targets })
    listed.pending.ask(SUBJECT)
    await listed.clock.advance(0)
    expect(listed.places()).toEqual([{ channel: 'slack', to: 'C1', threadId: '7' }, ROOM])
    const both = stage({ enabled: true, mode: 'both', targets })
    both.pending.ask(SUBJECT)
    await both.clock.advance(0)
    expect(both.places()).toEqual([ROOM, { channel: 'slack', to: 'C1', threadId: '7' }])
  })

  it.each([
    [{ agentFilter: ['ops'] }, false],
    [{ agentFilter: ['Main'] }, true],
    [{ sessionFilter: ['agent:main:irc:*'] }, true],
    [{ sessionFilter: ['agent:main:irc'] }, false],
    [{ enabled: false }, false],
  ])('are asked as the filters say: %j', async (filter, isAsked) => {
    const { pending, clock, sent, trail } = stage({ enabled: true, ...filter })
    pending.ask(SUBJECT)
    await clock.advance(0)
    expect(sent).toHaveLength(isAsked ? 1 : 0)
    expect(trail.entries.map(({ reason }) => reason)).toEqual(isAsked ? [] : ['nobody-there'])
  })

  it('do not wait when no chat could be reached and nobody else is there', async () => {
    const { pending, clock, trail, log } = stage({ enabled: true }, { works: false })
    const { decision } = pending.ask(SUBJECT)
    await clock.advance(0)
    expect(await decision).toBeNull()
    expect(trail.entries).toMatchObject([{ reason: 'nobody-there' }])
    expect(log.lines.map(({ message }) => message)).toEqual(['an approval could not be asked for in a chat'])
    const unknown = stage({ enabled: true })
    expect(await unknown.pending.ask({ ...SUBJECT, sessionKey: null }).decision).toBeNull()
  })

  it('wait for operators where chats fail', async () => {
    const { pending, clock } = stage({ enabled: true }, { works: false, hasOperators: true })
    pending.ask(SUBJECT)
    await clock.advance(0)
    expect(pending.list()).toHaveLength(1)
    pending.close()
  })
})
