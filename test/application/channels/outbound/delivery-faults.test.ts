import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../../../src/adapters/channel-memory/memory-channel.js'
import {
  type Channel,
  ChannelFailure,
  type Delivery,
  type OutboundMessage,
} from '../../../../src/application/ports/channel.js'
import type { OutboxEntry } from '../../../../src/application/ports/channel-mail.js'
import { cursorAt, nextPiece } from '../../../../src/domain/channels/outbound/next-piece.js'
import { MortalStore } from '../../../doubles/mortal-store.js'
import { DeliveryStage, RETRY } from './delivery-stage.js'

/** What a network does with one message. `lost`: it has it, and the answer that it has is lost. */
type Fault = 'none' | 'network' | 'lost' | 'limited' | 'silent' | 'odd'

const LIMIT = { max: 12, unit: 'utf16', lineBreaks: true } as const
const CHATS = ['alice', 'bob', 'carol'] as const

/** A network of which every message may fail in its own way. */
class FaultyChannel extends MemoryChannel {
  readonly lost: string[] = []
  readonly #faults: Fault[]

  constructor(faults: readonly Fault[]) {
    super({ textLimit: LIMIT })
    this.#faults = [...faults]
  }

  override async send(message: OutboundMessage, signal: AbortSignal): Promise<Delivery> {
    const fault = this.#faults.shift() ?? 'none'
    switch (fault) {
      case 'none':
        return super.send(message, signal)
      case 'network':
        throw new ChannelFailure('network', 'the connection broke')
      case 'limited':
        throw new ChannelFailure('rate-limited', 'too much', { retryAfterMs: 5000 })
      case 'odd':
        throw new Error('odd')
      case 'silent':
        return new Promise(() => undefined)
      case 'lost':
        await super.send(message, signal)
        this.lost.push(message.text)
        throw new ChannelFailure('network', 'the connection broke after it was sent')
    }
  }
}

// Three odd failures of one message end in a dead letter, so there are no more than two.
const faults = fc
  .array(fc.constantFrom<Fault>('none', 'none', 'network', 'lost', 'limited', 'silent', 'odd'), { maxLength: 40 })
  .map((all) =>
    all.map((fault, index) =>
      fault === 'odd' && all.slice(0, index).filter((one) => one === 'odd').length > 1 ? 'none' : fault,
    ),
  )

const scenario = fc.record({
  faults,
  /** Words of each answer, by chat. */
  answers: fc.array(fc.tuple(fc.constantFrom(...CHATS), fc.integer({ min: 1, max: 6 })), {
    minLength: 1,
    maxLength: 12,
  }),
  /** After how many commits each process dies; then one lives on. */
  deaths: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
})

describe('deliveries under faults', () => {
  it('lose nothing, keep the order of every chat, and repeat only a message whose answer was lost', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ faults: planned, answers, deaths }) => {
        const stage = await DeliveryStage.open()
        const channel = new FaultyChannel(planned)
        await channel.start({ received: async () => undefined, moved: async () => undefined, changed: () => undefined })
        stage.channels.set('memory/default', channel)
        const entries = answers.map(([chatId, words], index) => entryOf(stage, chatId, words, index))
        await stage.store.commit(entries.map((entry) => ({ kind: 'outbox.add', entry })))
        for (const after of deaths) await live(stage, channel, after)
        await live(stage, channel, null)
        expect(await stage.store.undelivered()).toEqual([])
        expect(await stage.store.deadLetters(10)).toEqual([])
        for (const chatId of CHATS) {
          const shown = channel.room.shown.filter(({ place }) => place.chatId === chatId).map(({ text }) => text)
          const expected = entries.filter(({ place }) => place.chatId === chatId).flatMap(piecesOf)
          expect(withoutRepeats(shown)).toEqual(expected)
        }
        // A death can cost one answer in every chat.
        const repeated = channel.room.shown.length - entries.flatMap(piecesOf).length
        expect(repeated).toBeLessThanOrEqual(channel.lost.length + deaths.length * CHATS.length)
      }),
      { numRuns: 300 },
    )
  })

  it('repeat nothing where no answer is lost', async () => {
    const calm = faults.map((all) => all.map((fault) => (fault === 'lost' || fault === 'silent' ? 'network' : fault)))
    await fc.assert(
      fc.asyncProperty(scenario, calm, async ({ answers }, planned) => {
        const stage = await DeliveryStage.open()
        const channel = new FaultyChannel(planned)
        await channel.start({ received: async () => undefined, moved: async () => undefined, changed: () => undefined })
        stage.channels.set('memory/default', channel)
        const desk = stage.desk()
        await desk.start()
        const entries = answers.map(([chatId, words], index) => entryOf(stage, chatId, words, index))
        for (const entry of entries) await desk.post(entry)
        await stage.until(() => desk.waiting === 0)
        expect([...channel.room.texts].sort()).toEqual(entries.flatMap(piecesOf).sort())
      }),
      { numRuns: 100 },
    )
  })
})

/** One process, until it has nothing to do or dies. */
async function live(stage: DeliveryStage, channel: FaultyChannel, commits: number | null): Promise<void> {
  const mortal = new MortalStore(stage.store)
  if (commits !== null) mortal.dieAfter(commits)
  // What is left of a dead process sends nothing.
  const seen: Channel = Object.create(channel, {
    send: {
      value: (message: OutboundMessage, signal: AbortSignal) =>
        mortal.isDead ? new Promise(() => undefined) : channel.send(message, signal),
    },
  })
  const settings = { textChunkLimit: 4000, chunkMode: 'length' as const, retry: RETRY }
  const desk = stage.desk({ routeOf: () => ({ channel: seen, settings }) }, mortal.asSeen)
  let hasStarted = false
  void desk.start().then(() => {
    hasStarted = true
  })
  await stage.until(() => mortal.isDead || (hasStarted && desk.waiting === 0))
  await mortal.rest()
  await stage.settle()
}

function entryOf(stage: DeliveryStage, chatId: string, words: number, index: number): OutboxEntry {
  const text = Array.from({ length: words }, (_, word) => `a${index}w${word}`).join(' ')
  return stage.entry(`e${index}`, { place: { kind: 'direct', chatId }, text })
}

function piecesOf({ text }: OutboxEntry): readonly string[] {
  const pieces: string[] = []
  let cursor = cursorAt(text, 0)
  const rules = { ...LIMIT, mode: 'length' } as const
  for (let piece = nextPiece(text, cursor, rules); piece !== null; piece = nextPiece(text, cursor, rules)) {
    pieces.push(piece.text)
    cursor = piece.next
  }
  return pieces
}

/** Of the same text several times in a row, one. */
function withoutRepeats(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => text !== texts[index - 1])
}
