import { describe, expect, it } from 'vitest'
import { HandOver } from '../../src/adapters/channel-irc/hand-over.js'
import { folded, isNickIn } from '../../src/adapters/channel-irc/irc-names.js'
import { OutboundLane } from '../../src/adapters/channel-irc/outbound-lane.js'
import { waitBeforeAttempt } from '../../src/adapters/channel-irc/wait-before-attempt.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { ChannelFailure, type InboundMessage } from '../../src/application/ports/channel.js'

describe('OutboundLane', () => {
  it('says a few lines at once, then one in every interval', async () => {
    const { clock, lane, said } = stage()
    const sending = lane.send('ann', numbered('a', 8), unaborted())
    expect(said.map(({ at }) => at)).toEqual([0, 0, 0, 0])
    await clock.advance(60_000)
    expect(said.map(({ at }) => at)).toEqual([0, 0, 0, 0, 2_000, 4_000, 6_000, 8_000])
    lane.confirm('mayros-1')
    await sending
    void lane.send('ann', numbered('b', 6), unaborted())
    expect(said).toHaveLength(12)
  })

  it('lets targets take turns, and keeps the order within one', async () => {
    const { clock, lane, said } = stage()
    const sendings = [
      lane.send('ann', numbered('a', 8), unaborted()),
      lane.send('bob', numbered('b', 2), unaborted()),
      lane.send('ann', ['last'], unaborted()),
    ]
    await clock.advance(60_000)
    for (const receipt of ['mayros-1', 'mayros-2', 'mayros-3']) lane.confirm(receipt)
    await Promise.all(sendings)
    expect(said.filter(({ target }) => target === 'ann').map(({ line }) => line)).toEqual([...numbered('a', 8), 'last'])
    const turnOfBob = said.findIndex(({ line }) => line === 'b2')
    expect(turnOfBob).toBeLessThan(said.findIndex(({ line }) => line === 'a8'))
  })

  it('resolves when the server has taken it, and not before', async () => {
    const { lane, asked } = stage()
    const seen: string[] = []
    const sending = lane.send('ann', ['hello'], unaborted()).then(() => seen.push('taken'))
    await Promise.resolve()
    expect([asked, seen]).toEqual([['mayros-1'], []])
    lane.confirm('mayros-1')
    await sending
    expect(seen).toEqual(['taken'])
  })

  it('rejects when the signal aborts, the server refuses or the connection ends, and says no more', async () => {
    const { clock, lane, said } = stage()
    const leaving = new AbortController()
    const aborted = lane.send('ann', numbered('a', 9), leaving.signal)
    leaving.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    const count = said.length
    await clock.advance(60_000)
    expect(said).toHaveLength(count)

    const refused = lane.send('#room', ['hi'], unaborted())
    const waiting = lane.send('bob', ['hi'], unaborted())
    lane.refuse('#room', new ChannelFailure('forbidden', 'no'))
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    lane.end(new ChannelFailure('network', 'gone'))
    await expect(waiting).rejects.toMatchObject({ code: 'network' })
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('HandOver', () => {
  it('does not let a chat that is refused hold up another', async () => {
    const clock = new FakeClock()
    const taken: string[] = []
    let isDiskFull = true
    const handOver = new HandOver(
      async ({ text, place }) => {
        if (isDiskFull && place.chatId === 'ann') throw new Error('the disk is full')
        taken.push(text)
      },
      clock,
      () => taken.push('lost'),
    )
    for (const [chat, text] of [
      ['ann', 'a1'],
      ['bob', 'b1'],
      ['ann', 'a2'],
    ] as const)
      handOver.add(message(chat, text))
    await clock.advance(1_000)
    expect(taken).toEqual(['b1'])
    isDiskFull = false
    await clock.advance(60_000)
    expect(taken).toEqual(['b1', 'a1', 'a2'])
    await handOver.close()
    handOver.add(message('ann', 'late'))
    await clock.advance(60_000)
    expect(taken).toHaveLength(3)
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('names', () => {
  it('are compared as the network compares them', () => {
    expect(folded('Ann[1]\\^', 'rfc1459')).toBe('ann{1}|~')
    expect(folded('Ann[1]\\^', 'rfc1459-strict')).toBe('ann{1}|^')
    expect(folded('Ann[1]\\^', 'ascii')).toBe('ann[1]\\^')
  })

  it('are words of their own when they are mentioned', () => {
    for (const text of ['bot', 'Bot: hi', 'hi @bot!', '(bot)', 'bot, bot'])
      expect(isNickIn(text, 'bot', 'ascii')).toBe(true)
    for (const text of ['robot', 'bots', 'bot_', 'bot-2', '[bot]', 'über'])
      expect(isNickIn(text, 'bot', 'ascii')).toBe(false)
    expect(isNickIn('hello b[o]t', 'b{o}t', 'rfc1459')).toBe(true)
  })
})

describe('waitBeforeAttempt', () => {
  it('grows, varies, ends growing, and is long where the door is closed', () => {
    expect([0, 1, 2, 20].map((attempts) => waitBeforeAttempt('network', attempts, 1))).toEqual([
      2_000, 4_000, 8_000, 300_000,
    ])
    expect(waitBeforeAttempt('network', 0, 0)).toBe(1_000)
    expect(waitBeforeAttempt('auth', 0, 0)).toBeGreaterThanOrEqual(150_000)
    expect(waitBeforeAttempt('auth', 99, 1)).toBe(3_600_000)
  })
})

function stage() {
  const clock = new FakeClock()
  const said: { target: string; line: string; at: number }[] = []
  const asked: string[] = []
  const wire = {
    say: (target: string, line: string) => {
      said.push({ target, line, at: clock.monotonic() })
    },
    askReceipt: (token: string) => {
      asked.push(token)
    },
  }
  return { clock, said, asked, lane: new OutboundLane(wire, clock, { burst: 4, everyMs: 2_000 }) }
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${name}${at + 1}`)
}

function message(chatId: string, text: string): InboundMessage {
  const place = { kind: 'direct', chatId } as const
  return { messageId: text, place, sender: { id: chatId }, text, sentAt: 0, mention: 'none' }
}

function unaborted(): AbortSignal {
  return new AbortController().signal
}
