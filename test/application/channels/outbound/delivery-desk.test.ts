import { beforeEach, describe, expect, it } from 'vitest'
import type { MemoryChannel } from '../../../../src/adapters/channel-memory/memory-channel.js'
import type { DeliveryDesk } from '../../../../src/application/channels/outbound/delivery-desk.js'
import { ChannelFailure, type Delivery } from '../../../../src/application/ports/channel.js'
import { DELIVERY_KEPT_MS } from '../../../../src/domain/channels/outbound/delivery-failure.js'
import { MortalStore } from '../../../doubles/mortal-store.js'
import { DeliveryStage } from './delivery-stage.js'

const failure = (code: ConstructorParameters<typeof ChannelFailure>[0], retryAfterMs?: number) =>
  new ChannelFailure(code, `memory/default: ${code}`, retryAfterMs === undefined ? {} : { retryAfterMs })

describe('DeliveryDesk', () => {
  let stage: DeliveryStage
  let channel: MemoryChannel
  let desk: DeliveryDesk

  beforeEach(async () => {
    stage = await DeliveryStage.open()
    channel = await stage.account({ textLimit: { max: 20, unit: 'utf16', lineBreaks: true } })
    desk = stage.desk()
    await desk.start()
  })

  const done = () => stage.until(() => desk.waiting === 0)

  it('sends what is posted, in order, and forgets it', async () => {
    for (const id of ['a', 'b', 'c']) await desk.post(stage.entry(id))
    await done()
    expect(channel.room.texts).toEqual(['answer a', 'answer b', 'answer c'])
    expect(await stage.store.undelivered()).toEqual([])
  })

  it('sends an entry once that is handed in twice', async () => {
    await desk.post(stage.entry('a'))
    desk.deliver(stage.entry('a'))
    await done()
    desk.deliver(stage.entry('a'))
    await done()
    expect(channel.room.texts).toEqual(['answer a'])
  })

  it('cuts to what the network takes, and quotes with the first part or with all', async () => {
    const text = 'some words that are longer than one message'
    await desk.post(stage.entry('a', { text, replyTo: 'q' }))
    await desk.post(stage.entry('b', { text, replyTo: 'q', quotesAlways: true }))
    await done()
    const parts = ['some words that are', 'longer than one', 'message']
    expect(channel.room.texts).toEqual([...parts, ...parts])
    expect(channel.room.shown.map(({ replyTo }) => replyTo)).toEqual(['q', undefined, undefined, 'q', 'q', 'q'])
  })

  it('goes on after a crash with the part at which it stopped', async () => {
    const mortal = new MortalStore(stage.store)
    const first = stage.desk({}, mortal.asSeen)
    await first.start()
    mortal.dieAfter(2)
    await first.post(stage.entry('a', { text: 'some words that are longer than one message' }))
    await stage.until(() => mortal.isDead)
    await stage.settle()
    expect(channel.room.texts).toEqual(['some words that are', 'longer than one'])
    const second = stage.desk()
    await second.start()
    await stage.until(() => second.waiting === 0)
    // The network had the second part, and its being told was lost with the process.
    expect(channel.room.texts.slice(2)).toEqual(['longer than one', 'message'])
  })

  it('keeps the order of a chat while the network fails, and other chats going', async () => {
    channel.failNext(failure('network'))
    await desk.post(stage.entry('a'))
    await desk.post(stage.entry('b'))
    await desk.post(stage.entry('c', { place: { kind: 'direct', chatId: 'bob' } }))
    await stage.settle()
    expect(channel.room.texts).toEqual(['answer c'])
    await done()
    expect(channel.room.texts).toEqual(['answer c', 'answer a', 'answer b'])
  })

  it('waits for as long as the network asks', async () => {
    channel.failNext(failure('rate-limited', 45_000))
    const from = stage.clock.now()
    await desk.post(stage.entry('a'))
    await done()
    expect(stage.clock.now() - from).toBeGreaterThanOrEqual(45_000)
    expect(channel.room.texts).toEqual(['answer a'])
  })

  it('gives up at once what will never go through, says why, and goes on', async () => {
    channel.failNext(failure('forbidden'))
    await desk.post(stage.entry('a'))
    await desk.post(stage.entry('b'))
    await done()
    expect(channel.room.texts).toEqual(['answer b'])
    const letters = await stage.store.deadLetters(10)
    expect(letters.map(({ id, code, reason }) => ({ id, code, reason }))).toEqual([
      { id: 'a', code: 'forbidden', reason: 'memory/default: forbidden' },
    ])
  })

  it('gives up after a few attempts what nobody understands', async () => {
    const odd = () => Object.assign(new Error('odd')) as unknown as ChannelFailure
    channel.failNext(odd(), odd(), odd())
    await desk.post(stage.entry('a'))
    await desk.post(stage.entry('b'))
    await done()
    expect(channel.room.texts).toEqual(['answer b'])
    expect((await stage.store.deadLetters(10)).map(({ code, reason }) => [code, reason])).toEqual([
      ['unexpected', 'odd'],
    ])
  })

  it('gives up what cannot be delivered for a day', async () => {
    channel.become('unreachable')
    const from = stage.clock.now()
    await desk.post(stage.entry('a'))
    await done()
    expect(stage.clock.now() - from).toBeGreaterThan(DELIVERY_KEPT_MS - 120_000)
    expect((await stage.store.deadLetters(10)).map(({ code }) => code)).toEqual(['network'])
  })

  it('offers it without the quote where the quoted message is gone', async () => {
    channel.failNext(failure('not-found'))
    await desk.post(stage.entry('a', { replyTo: 'deleted' }))
    await done()
    expect(channel.room.shown.map(({ text, replyTo }) => [text, replyTo])).toEqual([['answer a', undefined]])
  })

  it('cuts smaller what the network finds too large', async () => {
    const large = await stage.account({ accountId: 'large' })
    large.failNext(failure('too-large'))
    const text = 'word '.repeat(60).trim()
    await desk.post(stage.entry('a', { accountId: 'large', text }))
    await done()
    expect(large.room.texts.length).toBeGreaterThan(1)
    expect(large.room.texts.join(' ')).toBe(text)
  })

  it('lets one chat try for all while the account does not work', async () => {
    channel.become('unreachable')
    let attempts = 0
    const counted = stage.desk({
      routeOf: () => {
        attempts += 1
        return null
      },
    })
    for (let chat = 0; chat < 50; chat++) {
      counted.deliver(stage.entry(`${chat}`, { place: { kind: 'direct', chatId: `${chat}` } }))
    }
    const from = stage.clock.now()
    await stage.until(() => stage.clock.now() - from > 10 * 60_000)
    // Every chat that was on its way when it began, then one about every minute; each attempt looks twice.
    expect(attempts).toBeLessThan(2 * (50 + 10 + 6))
    await counted.stop(0)
  })

  it('tries at once when the account works again', async () => {
    channel.become('unreachable')
    await desk.post(stage.entry('a'))
    await stage.settle()
    channel.become('working')
    const from = stage.clock.now()
    desk.accountChanged('memory', 'default')
    await stage.settle()
    expect(channel.room.texts).toEqual(['answer a'])
    expect(stage.clock.now()).toBe(from)
  })

  it('waits between the messages of one answer as its agent does, also from block to block', async () => {
    const slow = stage.desk({ pauseMs: (agentId) => (agentId === 'main' ? 1000 : 0) })
    const from = stage.clock.now()
    for (const id of ['a', 'b'])
      slow.deliver(stage.entry(id, { agentId: 'main', runId: 'r', text: 'one two three four five' }))
    await stage.until(() => slow.waiting === 0)
    expect(channel.room.texts).toHaveLength(4)
    expect(stage.clock.now() - from).toBe(3000)
  })

  it('shows the first part in the place of a preview', async () => {
    const asked: string[] = []
    const previewed = stage.desk({
      takeOver: async (id, { text }): Promise<Delivery | null> => {
        asked.push(`${id}: ${text}`)
        return id === 'a' ? { messageId: 'preview' } : null
      },
    })
    for (const id of ['a', 'b']) previewed.deliver(stage.entry(id, { text: 'one two three four five' }))
    await stage.until(() => previewed.waiting === 0)
    expect(asked).toEqual(['a: one two three four', 'b: one two three four'])
    expect(channel.room.texts).toEqual(['five', 'one two three four', 'five'])
  })

  it('sends what it can when it stops, and leaves what has to wait', async () => {
    await desk.post(stage.entry('a', { text: 'one two three four five' }))
    await stage.settle()
    channel.failNext(failure('network'))
    await desk.post(stage.entry('c', { place: { kind: 'direct', chatId: 'bob' } }))
    await desk.stop(5000)
    expect(await stage.store.undelivered()).toMatchObject([{ id: 'c' }])
    desk.deliver(stage.entry('late'))
    await expect(desk.sendNow(stage.entry('x'))).rejects.toMatchObject({ code: 'stopped' })
    expect(channel.room.texts).not.toContain('answer late')
    await desk.start()
    await done()
    expect(channel.room.texts).toEqual(['one two three four', 'five', 'answer c'])
  })

  it('stops though a network never answers, and keeps what it has not', async () => {
    const silent = await stage.account({ accountId: 'silent' })
    silent.send = () => new Promise(() => undefined)
    await desk.post(stage.entry('a', { accountId: 'silent' }))
    await stage.settle()
    await stage.clock.runUntil(desk.stop(5000))
    expect((await stage.store.undelivered()).map(({ id }) => id)).toEqual(['a'])
  })

  it('sends a direct message after what was said before, and tells what became of it', async () => {
    await desk.post(stage.entry('a'))
    const { id: _id, ...message } = stage.entry('direct', { text: 'one two three four five' })
    const delivery = await stage.clock.runUntil(desk.sendNow(message))
    expect(channel.room.texts).toEqual(['answer a', 'one two three four', 'five'])
    expect(delivery).toEqual({ messageId: 'out-3', ids: { chatId: 'alice' } })
    expect(await stage.store.undelivered()).toEqual([])
  })

  it('tells why a direct message cannot be sent, and does not try again later', async () => {
    const { id: _id, ...message } = stage.entry('direct')
    channel.failNext(failure('network'), failure('network'), failure('network'))
    await expect(stage.clock.runUntil(desk.sendNow(message))).rejects.toMatchObject({ code: 'network' })
    channel.failNext(failure('not-found'))
    await expect(stage.clock.runUntil(desk.sendNow(message))).rejects.toMatchObject({ code: 'not-found' })
    await done()
    expect(channel.room.texts).toEqual([])
  })

  it('does not let a direct message wait for ever behind others', async () => {
    channel.become('unreachable')
    await desk.post(stage.entry('a'))
    await stage.settle()
    const { id: _id, ...message } = stage.entry('direct')
    await expect(stage.clock.runUntil(desk.sendNow(message))).rejects.toMatchObject({ code: 'network' })
    await stage.clock.runUntil(desk.stop(0))
  })

  it('sends to the new id of a chat that has moved', async () => {
    channel.become('unreachable')
    await desk.post(stage.entry('a'))
    await stage.settle()
    await desk.moved('memory', 'default', 'alice', 'alice-2')
    expect((await stage.store.undelivered()).map(({ place }) => place.chatId)).toEqual(['alice-2'])
    channel.become('working')
    desk.deliver(stage.entry('b'))
    await done()
    expect(channel.room.shown.map(({ text, place }) => [text, place.chatId])).toEqual([
      ['answer a', 'alice-2'],
      ['answer b', 'alice-2'],
    ])
  })

  it('goes on when progress cannot be stored', async () => {
    const broken = stage.desk({
      store: {
        ...stage.store,
        undelivered: async () => [],
        commit: async () => Promise.reject(new Error('disk full')),
      },
    })
    broken.deliver(stage.entry('a', { text: 'one two three four five' }))
    broken.deliver(stage.entry('b'))
    await stage.until(() => broken.waiting === 0)
    expect(channel.room.texts).toEqual(['one two three four', 'five', 'answer b'])
    expect(stage.log.lines.some(({ message }) => message.includes('could not be stored'))).toBe(true)
  })
})
