import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { RunnerFailure } from '../../../src/application/ports/agent-runner.js'
import { compactForRuns } from '../../../src/application/runs/compact-for-runs.js'
import { CompactHistory } from '../../../src/application/runs/compact-history.js'
import { CompactSession } from '../../../src/application/sessions/compact-session.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import type { CompactionSettings } from '../../../src/domain/session/compaction-limits.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import { type TranscriptEntry, textOf } from '../../../src/domain/session/transcript.js'
import { PuppetRunner } from '../../doubles/puppet-runner.js'

const model = { provider: 'test', model: 'puppet' }
const key = 'agent:main:main'

/** A conversation of `turns` turns, each with a tool that was used, about 500 tokens each. */
function conversation(turns: number): readonly TranscriptEntry[] {
  return Array.from({ length: turns }, (_, turn): readonly TranscriptEntry[] => [
    {
      id: `u${turn}`,
      message: { role: 'user', content: [{ type: 'text', text: `question ${turn}` }], timestamp: turn },
    },
    {
      id: `c${turn}`,
      message: {
        role: 'assistant',
        content: [{ type: 'toolCall', id: `call${turn}`, name: 'look', arguments: {} }],
        timestamp: turn,
      },
    },
    {
      id: `r${turn}`,
      message: {
        role: 'toolResult',
        toolCallId: `call${turn}`,
        toolName: 'look',
        content: [{ type: 'text', text: 'r'.repeat(1_000) }],
        isError: false,
        timestamp: turn,
      },
    },
    {
      id: `a${turn}`,
      message: { role: 'assistant', content: [{ type: 'text', text: 'a'.repeat(900) }], timestamp: turn },
    },
  ]).flat()
}

async function scene(options: { turns?: number; window?: number; settings?: Partial<CompactionSettings> } = {}) {
  const { turns = 10, window = 100_000, settings } = options
  const clock = new FakeClock()
  const store = new MemorySessionStore()
  await store.open()
  const runner = new PuppetRunner()
  const ids = new SequenceIds()
  const log = new MemoryLog()
  const agents = new AgentDirectory([{ id: 'main', isDefault: true, workspace: '/w' }], model)
  const session: SessionEntry = {
    ...newSession(key, { agentId: 'main', sessionId: 's', now: clock.now() }),
    totalTokens: 9,
    inputTokens: 7,
  }
  await store.commit([
    { kind: 'session.put', entry: session },
    { kind: 'transcript.append', sessionId: 's', entries: conversation(turns) },
  ])
  const history = new CompactHistory({
    store,
    runner,
    agents,
    clock,
    ids,
    log,
    settings: () => ({
      mode: 'safeguard',
      reserveTokensFloor: 20_000,
      maxHistoryShare: 0.5,
      keepRecentTokens: 1_200,
      ...settings,
    }),
    contextCap: () => undefined,
    windowOf: () => window,
  })
  const live = async () => (await store.transcript('s')).map(({ id }) => id)
  return {
    clock,
    store,
    runner,
    log,
    session,
    history,
    space: { defaultAgentId: 'main', scope: 'per-sender' as const },
    ids,
    live,
  }
}

const going = () => new AbortController().signal

describe('CompactHistory', () => {
  it('puts a summary in the place of older turns, and keeps them readable', async () => {
    const { store, runner, session, history, live } = await scene()
    runner.onStage = (puppet) => puppet.say('They asked ').say('questions.').finish()
    const outcome = await history.compact(session, model, going(), { instructions: 'mind the numbers' })
    expect(outcome).toMatchObject({ compacted: true })
    expect(outcome.tokensAfter).toBeLessThan(outcome.tokensBefore / 3)
    const [summary, ...tail] = await store.transcript('s')
    expect(summary?.message).toMatchObject({ role: 'system', kind: 'compaction' })
    expect(textOf(summary!.message)).toBe('They asked questions.')
    expect(tail).toEqual(conversation(10).slice(32))
    expect(await store.archived(outcome.archiveId ?? '')).toEqual(conversation(10).slice(0, 32))
    expect(await live()).toHaveLength(9)
    const entry = await store.session(key)
    expect([entry?.totalTokens, entry?.inputTokens]).toEqual([undefined, 7])
    const [puppet] = runner.puppets
    expect(puppet?.request).toMatchObject({ agentId: 'main', sessionKey: null, model, workspace: '/w', history: [] })
    expect(puppet?.request.tools).toBeUndefined()
    expect(puppet?.request.message).toMatch(/mind the numbers[\s\S]*question 0[\s\S]*question 7/)
    expect(puppet?.request.message).not.toContain('question 8')
  })

  it('hands the last summary on to the next', async () => {
    const { store, runner, session, history } = await scene()
    runner.onStage = (puppet) => puppet.say(`summary ${runner.puppets.length}`).finish()
    await history.compact(session, model, going())
    await store.commit([{ kind: 'transcript.append', sessionId: 's', entries: conversation(14).slice(40) }])
    await history.compact(session, model, going())
    expect(runner.puppets[1]?.request.message).toMatch(/<notes>\nsummary 1\n<\/notes>/)
    expect(runner.puppets[1]?.request.message).not.toContain('question 7')
    const dividers = (await store.transcript('s')).filter(({ message }) => message.role === 'system')
    expect(dividers.map(({ message }) => textOf(message))).toEqual(['summary 2'])
  })

  it('reads what is too long for one request in several', async () => {
    const { runner, session, history, store } = await scene({ turns: 60, window: 10_000 })
    runner.onStage = (puppet) => puppet.say(`up to ${runner.puppets.length}`).finish()
    await history.compact(session, model, going())
    const asked = runner.puppets.map(({ request }) => request.message ?? '')
    expect(asked.length).toBeGreaterThan(3)
    for (let turn = 0; turn < 58; turn++) {
      expect(
        asked.filter((message) => message.includes(`User: question ${turn}\n`)),
        `turn ${turn}`,
      ).toHaveLength(1)
    }
    expect(asked[1]).toContain('up to 1')
    expect(textOf((await store.transcript('s'))[0]!.message)).toBe(`up to ${asked.length}`)
  })

  it('reads only the newest of it in mode default', async () => {
    const { runner, session, history } = await scene({ turns: 60, window: 10_000, settings: { mode: 'default' } })
    runner.onStage = (puppet) => puppet.say('short').finish()
    await history.compact(session, model, going())
    expect(runner.puppets).toHaveLength(1)
    expect(runner.puppets[0]?.request.message).toContain('question 57')
  })

  it('writes a plain note when the model fails, keeping the summaries it has', async () => {
    const { runner, session, history, store, log } = await scene({ turns: 60, window: 10_000 })
    runner.onStage = (puppet) =>
      runner.puppets.length === 1
        ? puppet.say('the beginning').finish()
        : puppet.fail(new RunnerFailure('overloaded', 'test/puppet is too busy'))
    const { compacted } = await history.compact(session, model, going())
    expect(compacted).toBe(true)
    const note = textOf((await store.transcript('s'))[0]!.message)
    expect(note).toMatch(/^the beginning\n/)
    expect(note).toContain('- question 57')
    expect(log.lines.some(({ message }) => message.includes('no summary was written'))).toBe(true)
  })

  it('takes an empty answer, a stream that breaks off and silence for failures', async () => {
    const { runner, session, history, clock, live } = await scene()
    const before = await live()
    runner.onStage = (puppet) => puppet.finish()
    const wish = { onFailure: 'throw' } as const
    await expect(history.compact(session, model, going(), wish)).rejects.toMatchObject({ code: 'provider' })
    runner.onStage = (puppet) => puppet.say('half').vanish()
    await expect(history.compact(session, model, going(), wish)).rejects.toMatchObject({ code: 'provider' })
    runner.onStage = () => undefined
    const silent = expect(history.compact(session, model, going(), wish)).rejects.toMatchObject({ code: 'timeout' })
    await reached(() => runner.puppets.length === 3)
    await clock.advance(180_000)
    await silent
    expect(await live()).toEqual(before)
  })

  it('changes nothing when it is stopped', async () => {
    const { runner, session, history, live } = await scene()
    const before = await live()
    const stop = new AbortController()
    runner.onStage = () => stop.abort()
    await expect(history.compact(session, model, stop.signal)).rejects.toThrow(/abort/i)
    expect(await compactForRuns(history).compact(session, model, stop.signal)).toEqual({ compacted: false })
    expect(await live()).toEqual(before)
  })

  it('changes nothing when the conversation was reset meanwhile', async () => {
    const { runner, session, history, store } = await scene()
    runner.onStage = (puppet) => {
      void store
        .commit([
          { kind: 'transcript.archive', sessionId: 's', archiveId: 'reset', reason: 'reset', at: 1, keepLast: 0 },
          { kind: 'session.put', entry: { ...session, sessionId: 'new' } },
        ])
        .then(() => puppet.say('late').finish())
    }
    expect((await history.compact(session, model, going())).compacted).toBe(false)
    expect((await store.archives('s')).map(({ id }) => id)).toEqual(['reset'])
    expect((await store.session(key))?.totalTokens).toBe(9)
  })

  it('does not bring back a session that was deleted meanwhile', async () => {
    const { runner, session, history, store } = await scene()
    runner.onStage = (puppet) => {
      void store.commit([{ kind: 'session.delete', key }]).then(() => puppet.say('late').finish())
    }
    expect((await history.compact(session, model, going())).compacted).toBe(false)
    expect(await store.session(key)).toBeNull()
  })

  it('keeps what a run appends while the summary is written', async () => {
    const { runner, session, history, store, live } = await scene()
    runner.onStage = (puppet) => {
      void store
        .commit([{ kind: 'transcript.append', sessionId: 's', entries: conversation(11).slice(40) }])
        .then(() => puppet.say('done').finish())
    }
    await history.compact(session, model, going())
    expect((await live()).slice(1)).toEqual(
      conversation(11)
        .slice(32)
        .map(({ id }) => id),
    )
  })

  it('shares one summary between two who ask at once', async () => {
    const { runner, session, history, store } = await scene()
    runner.onStage = (puppet) => puppet.say('once').finish()
    const both = await Promise.all([1, 2].map(() => history.compact(session, model, going())))
    expect(both[0]).toEqual(both[1])
    expect(runner.puppets).toHaveLength(1)
    expect(await store.archives('s')).toHaveLength(1)
  })

  it('is not stopped by another who asked first and gave up', async () => {
    const { runner, session, history } = await scene()
    const first = new AbortController()
    const gaveUp = expect(history.compact(session, model, first.signal)).rejects.toThrow(/abort/i)
    const second = history.compact(session, model, going())
    await reached(() => runner.puppets.length === 1)
    runner.onStage = (puppet) => puppet.say('done').finish()
    first.abort()
    await gaveUp
    expect((await second).compacted).toBe(true)
  })

  it('has nothing to do when only one turn is left, and asks nobody', async () => {
    const { runner, session, history } = await scene({ turns: 1 })
    expect(await history.compact(session, model, going())).toMatchObject({ compacted: false })
    expect(runner.puppets).toEqual([])
  })

  it('is needed near the end of the window, the question counted', async () => {
    const { history, store } = await scene({ turns: 12, window: 10_000 })
    const messages = (await store.transcript('s')).map(({ message }) => message)
    expect(history.needed(messages, model)).toBe(true)
    expect(history.needed(messages.slice(20), model)).toBe(false)
    expect(history.needed(messages.slice(20), model, 'x'.repeat(12_000))).toBe(true)
  })
})

describe('sessions.compact with summaries', () => {
  it('summarises where no number of lines is given, and clears the counters', async () => {
    const { runner, history, store, clock, ids, space } = await scene()
    runner.onStage = (puppet) => puppet.say('short').finish()
    const compacting = new CompactSession(store, space, { clock, ids }, { history, modelOf: () => model })
    const answer = await compacting.compact({ key })
    const [archive] = await store.archives('s')
    expect(answer).toMatchObject({ ok: true, key, compacted: true, archived: `memory#${archive?.id}`, kept: 9 })
    expect((await store.session(key))?.inputTokens).toBeUndefined()
    expect(await compacting.compact({ key })).toMatchObject({ compacted: false, kept: 9 })
    expect(await compacting.compact({ key, maxLines: 3 })).toMatchObject({ compacted: true, kept: 3 })
    expect(runner.puppets).toHaveLength(1)
  })

  it('says why there is no summary, and leaves everything as it is', async () => {
    const { runner, history, store, clock, ids, space } = await scene()
    runner.onStage = (puppet) => puppet.fail(new RunnerFailure('rate-limit', 'test/puppet has had enough'))
    const compacting = new CompactSession(store, space, { clock, ids }, { history, modelOf: () => model })
    await expect(compacting.compact({ key })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The conversation could not be summarised: test/puppet has had enough',
      retryable: true,
    })
    expect(await store.transcriptLength('s')).toBe(40)
    expect((await store.session(key))?.inputTokens).toBe(7)
  })
})

/** Lets promises run until it is so. */
async function reached(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve))
}
