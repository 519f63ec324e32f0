import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { SystemEvents } from '../../../src/application/heartbeat/system-events.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'

describe('a wake-up', () => {
  let stage: GatewayStage
  let client: MemoryProtocolClient

  beforeEach(async () => {
    stage = await GatewayStage.open()
    client = await stage.join()
  })

  afterEach(() => stage.close())

  const wake = (text: string, mode = 'now') => client.call('wake', { text, mode })
  const last = () => client.call('last-heartbeat')

  it('lets the main session look at what happened, and tells the outcome', async () => {
    expect(await last()).toBeNull()
    expect(await wake('the door opened')).toEqual({ ok: true })
    await stage.settle()
    const puppet = stage.runner.puppets[0]
    expect(puppet?.request).toMatchObject({
      sessionKey: 'agent:main:main',
      message: expect.stringMatching(/^System: the door opened\n\n/),
    })
    puppet?.say('x'.repeat(500)).finish()
    await stage.settle()
    const outcome = { ts: stage.clock.now(), status: 'sent', preview: 'x'.repeat(200), durationMs: 0 }
    expect(await last()).toEqual(outcome)
    expect(client.events('heartbeat').map((frame) => frame.payload)).toEqual([outcome])
  })

  it.each([
    ['', { status: 'ok-empty' }],
    ['HEARTBEAT_OK', { status: 'ok-token', silent: true }],
  ])('that leads to %j is no news', async (text, outcome) => {
    await wake('x')
    await stage.settle()
    stage.runner.puppets[0]?.say(text).finish()
    await stage.settle()
    expect(await last()).toMatchObject(outcome)
  })

  it('that fails says why', async () => {
    await wake('x')
    await stage.settle()
    stage.runner.puppets[0]?.fail(new Error('oops'))
    await stage.settle()
    expect(await last()).toMatchObject({ status: 'failed', reason: 'oops' })
  })

  it('for the next heartbeat only waits', async () => {
    expect(await wake('later', 'next-heartbeat')).toEqual({ ok: true })
    expect(await wake('  ')).toEqual({ ok: false })
    await stage.settle()
    expect(stage.runner.puppets).toEqual([])
    expect((await client.call('status')).queuedSystemEvents).toEqual(['later'])
  })

  it('is skipped while heartbeats are off', async () => {
    expect(await client.call('set-heartbeats', { enabled: false })).toEqual({ ok: true, enabled: false })
    await wake('x')
    await stage.settle()
    expect(await last()).toMatchObject({ status: 'skipped', reason: 'disabled' })
    expect(stage.runner.puppets).toEqual([])
    expect((await client.request('set-heartbeats', { enabled: 'yes' })).error.message).toBe(
      'invalid set-heartbeats params: enabled (boolean) required',
    )
  })
})

describe('system events', () => {
  it('are kept by session, the newest twenty, repetitions once, and taken once', () => {
    const events = new SystemEvents({ document: new MemoryDocument(), log: new MemoryLog() })
    for (let index = 0; index < 25; index++) for (const _ of [1, 2]) void events.queue('a', `line ${index}`)
    void events.queue('b', 'other')
    expect(events.all).toHaveLength(21)
    expect(events.take('a')).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 5}`))
    expect(events.take('a')).toEqual([])
    expect(events.all).toEqual(['other'])
  })

  it('wait over a restart', async () => {
    const document = new MemoryDocument()
    const log = new MemoryLog()
    const before = new SystemEvents({ document, log })
    await before.open()
    expect(await document.read()).toBeNull()
    expect(await Promise.all([before.queue('a', 'one'), before.queue('b', 'two'), before.queue('a', 'three')])).toEqual(
      [true, true, true],
    )
    before.take('b')
    await before.close()
    const after = new SystemEvents({ document, log })
    await after.open()
    expect(after.take('b')).toEqual([])
    expect(after.isWaiting('a')).toBe(true)
    expect(after.take('a')).toEqual(['one', 'three'])
  })

  it.each(['{', '[]x', '{"a": "b"}', 'null', '{"a": [1]}'])('start without what was never saved: %s', async (text) => {
    const log = new MemoryLog()
    const events = new SystemEvents({ document: new MemoryDocument(text), log })
    await events.open()
    expect(events.all).toEqual([])
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'saved events cannot be read, starting without' }])
  })

  it('that cannot be saved are not taken for accepted', async () => {
    const document = new MemoryDocument()
    const stage = await GatewayStage.open({
      modules: [(bindings) => bindings.constant(tokens.eventsDocument, document)],
    })
    const client = await stage.join()
    document.write = () => Promise.reject(new Error('disk full'))
    for (const [method, params] of [
      ['wake', { text: 'x', mode: 'next-heartbeat' }],
      ['system-event', { text: 'y' }],
    ] as const) {
      expect((await client.request(method, params)).error).toMatchObject({
        code: 'UNAVAILABLE',
        message: 'the event could not be saved, and a restart would lose it',
        retryable: true,
      })
    }
    await stage.close()
  })
})
