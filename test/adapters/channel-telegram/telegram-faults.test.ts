import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatPlace, InboundMessage } from '../../../src/application/ports/channel.js'
import { until } from '../../contracts/kit/waiting.js'
import type { Fault } from '../../doubles/telegram-bot-api/api-server.js'
import { refused } from '../../doubles/telegram-bot-api/bot-api-double.js'
import { type Listener, onTelegram } from '../../doubles/telegram-bot-api/telegram-stage.js'

const CHATS = [101, 102, 103] as const
const MESSAGES = 24

const fault: fc.Arbitrary<Fault | null> = fc.constantFrom(
  null,
  null,
  { kind: 'dropped-before' } as const,
  { kind: 'dropped-after' } as const,
  refused(500, 'Internal Server Error'),
  refused(429, 'Too Many Requests', { retry_after: 0.01 }),
)
/** What happens at each step; afterwards all goes well. */
const faults = fc.array(fault, { maxLength: 25 })
const accidents = fc.array(fc.boolean(), { maxLength: 25 })
const disturbances = fc.array(fc.constantFrom('as is', 'twice', 'backwards'), { maxLength: 20 })
type Disturbance = 'as is' | 'twice' | 'backwards'

function disturbing(plan: readonly Disturbance[]): <T>(batch: readonly T[]) => readonly T[] {
  const steps = [...plan]
  return (batch) => {
    const step = steps.shift()
    if (step === 'twice') return [...batch, ...batch]
    return step === 'backwards' ? [...batch].reverse() : batch
  }
}

/** What a receiver knows that keeps each id of a chat once. */
function heardIn(chat: number, listener: Listener): readonly string[] {
  const kept = new Map<string, InboundMessage>()
  for (const message of listener.heard) {
    if (message.place.chatId === String(chat) && !kept.has(message.messageId)) kept.set(message.messageId, message)
  }
  return [...kept.values()].map(({ text }) => text)
}

function saidIn(chat: number): readonly string[] {
  return Array.from({ length: MESSAGES }, (_, index) => index)
    .filter((index) => CHATS[index % CHATS.length] === chat)
    .map((index) => `message ${index}`)
}

function expectAllInOrder(listener: Listener): void {
  for (const chat of CHATS) expect(heardIn(chat, listener)).toEqual(saidIn(chat))
}

describe('whatever goes wrong on the way', () => {
  it(
    'loses, doubles and reorders nothing that is fetched',
    () =>
      fc.assert(
        fc.asyncProperty(faults, accidents, disturbances, (planned, refusals, order) =>
          onTelegram({}, async ({ channel, telegram, listener }) => {
            const [steps, refusing] = [[...planned], [...refusals]]
            telegram.faultOf = () => steps.shift() ?? null
            telegram.disturb = disturbing(order)
            listener.keeps = () => refusing.pop() !== true
            await channel.start(listener)
            for (let index = 0; index < MESSAGES; index++) {
              telegram.say(CHATS[index % CHATS.length] ?? 0, `message ${index}`)
              if (index % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
            }
            await until(
              'everything to be confirmed',
              () => telegram.unconfirmed === 0,
              () => listener.texts.join(', '),
            )
            expectAllInOrder(listener)
          }),
        ),
        { numRuns: 12, interruptAfterTimeLimit: 40_000 },
      ),
    60_000,
  )

  it(
    'loses, doubles and reorders nothing that Telegram brings',
    () =>
      fc.assert(
        fc.asyncProperty(accidents, accidents, disturbances, (losses, refusals, order) =>
          onTelegram({ webhookUrl: 'https://bot.example/in', webhookSecret: 's' }, async (stage) => {
            const { channel, telegram, listener } = stage
            const [losing, refusing] = [[...losses], [...refusals]]
            await channel.start(listener)
            await until('the connection', () => channel.status().connected)
            telegram.disturb = disturbing(order)
            listener.keeps = () => refusing.pop() !== true
            for (let index = 0; index < MESSAGES; index++) {
              telegram.say(CHATS[index % CHATS.length] ?? 0, `message ${index}`)
            }
            await telegram.bringAll(
              (request) => channel.handle(request),
              () => losing.pop() === true,
            )
            expectAllInOrder(listener)
          }),
        ),
        { numRuns: 25, interruptAfterTimeLimit: 40_000 },
      ),
    60_000,
  )

  it(
    'shows once what was sent once, and never what was refused',
    () =>
      fc.assert(
        fc.asyncProperty(faults, (planned) =>
          onTelegram({}, async ({ channel, telegram, listener }) => {
            const place: ChatPlace = { kind: 'direct', chatId: '101' }
            await channel.start(listener)
            await until('the connection', () => channel.status().connected)
            for (const [index, step] of planned.entries()) {
              telegram.faultOf = (method) => (method === 'sendMessage' ? step : null)
              const sending = channel.send({ place, text: `answer ${index}` }, new AbortController().signal)
              const isSent = await sending.then(
                () => true,
                () => false,
              )
              const times = telegram.shownTo(101).filter((text) => text === `answer ${index}`).length
              expect(isSent).toBe(step === null)
              expect(times).toBe(step === null || step.kind === 'dropped-after' ? 1 : 0)
            }
          }),
        ),
        { numRuns: 12, interruptAfterTimeLimit: 40_000 },
      ),
    60_000,
  )
})
