import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../../src/adapters/channel-memory/memory-channel.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { ChannelFailure } from '../../../src/application/ports/channel.js'
import { LastingStore } from '../../doubles/gateway-stage.js'
import { MortalStore } from '../../doubles/mortal-store.js'
import { ChannelStage, echo } from './channel-stage.js'

const stages: ChannelStage[] = []

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

/** A network that outlives the processes that talk to it. */
function network() {
  const rooms: MemoryChannel[] = []
  return {
    join: () => {
      const channel = new MemoryChannel({ id: 'irc' })
      rooms.push(channel)
      return channel
    },
    get texts() {
      return rooms.flatMap(({ room }) => room.texts)
    },
  }
}

describe('a process that dies', () => {
  it('between receive and answer leaves a message that is answered once', async () => {
    for (let commits = 1; commits <= 8; commits += 1) {
      const store = new LastingStore()
      const irc = network()
      const mortal = new MortalStore(store)
      const clock = new FakeClock()
      const dying = new ChannelStage({ store: mortal.asSeen, make: irc.join, runner: echo, clock })
      await dying.stage.gateway.start()
      await dying.settle()
      mortal.dieAfter(commits)
      let isTaken = false
      void dying.channel.write({ text: 'hello', messageId: 'm1' }).then(() => {
        isTaken = true
      })
      await dying.settle()
      await mortal.rest()
      await dying.channel.stop()
      const seen = irc.texts.length

      const next = await ChannelStage.open({ store, make: irc.join, clock })
      stages.push(next)
      await next.pass(10_000)
      const isAnswered = irc.texts.length > 0
      // What was not taken is offered again by the network, and what was taken is known.
      await next.channel.write({ text: 'hello', messageId: 'm1' })
      await next.pass(10_000)

      const answers = irc.texts.filter((text) => text === 'You said: hello').length
      // Nobody can know whether the network has what was sent in the moment of death: that alone may be seen twice.
      expect({ commits, isTaken, answers }).toEqual({ commits, isTaken, answers: commits === 4 ? seen + 1 : 1 })
      if (isTaken) expect(isAnswered).toBe(true)
    }
  })
})

describe('whatever the network does', () => {
  it('nothing is lost and nothing is doubled', { timeout: 60_000 }, async () => {
    const fault = fc.constantFrom('none', 'refused-send', 'limited', 'lost-connection', 'again', 'restart')
    const step = fc.record({
      chat: fc.constantFrom('ann', 'bob', 'cyd'),
      fault,
      ms: fc.integer({ min: 0, max: 2_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const store = new LastingStore()
        const senders = new MemoryDocument()
        const irc = network()
        const clock = new FakeClock()
        const config = {
          channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } },
          session: { dmScope: 'per-channel-peer' },
          messages: { queue: { mode: 'followup' } },
        }
        const open = () => ChannelStage.open({ store, senders, make: irc.join, clock, config })
        let stage = await open()
        const written: string[] = []
        for (const [nr, { chat, fault: kind, ms }] of steps.entries()) {
          const sender = { id: chat }
          const text = `${chat}-${nr}`
          if (kind === 'refused-send') stage.channel.failNext(new ChannelFailure('network', 'gone'))
          if (kind === 'limited')
            stage.channel.failNext(new ChannelFailure('rate-limited', 'slow', { retryAfterMs: 700 }))
          if (kind === 'lost-connection') stage.channel.become('unreachable')
          written.push(text)
          void stage.channel.write({ text, sender, messageId: `m${nr}` })
          await stage.pass(ms)
          if (kind === 'lost-connection') stage.channel.become('working')
          if (kind === 'again') await stage.channel.write({ text, sender, messageId: `m${nr}` })
          if (kind === 'restart') {
            await stage.pass(1)
            await stage.close()
            stage = await open()
          }
        }
        for (let turn = 0; turn < 10; turn += 1) await stage.pass(60_000)
        const answers = irc.texts.map((text) => text.replace('You said: ', ''))
        await stage.close()
        expect(answers.toSorted()).toEqual(written.toSorted())
        for (const chat of ['ann', 'bob', 'cyd']) {
          const ofChat = (text: string) => text.startsWith(`${chat}-`)
          expect(answers.filter(ofChat)).toEqual(written.filter(ofChat))
        }
      }),
      { numRuns: 15 },
    )
  })
})
