import assert from 'node:assert/strict'
import {
  CHANNEL_FAILURES,
  type Channel,
  type ChannelReceiver,
  type ChatPlace,
  type InboundMessage,
} from '../../../src/application/ports/channel.js'
import { until, within } from '../kit/waiting.js'
import type { ChannelGuaranteeId } from './channel-guarantees.js'
import { type ChannelHarness, type ChannelNetwork, on, started, stopped, told } from './channel-harness.js'

/** Keeps what it is given, in order. */
class Listener implements ChannelReceiver {
  readonly heard: InboundMessage[] = []
  /** Ids in the order they were offered, refused ones included. */
  readonly offered: string[] = []
  /** How many of the next offers are refused. */
  refusals = 0

  async received(message: InboundMessage): Promise<void> {
    this.offered.push(message.messageId)
    if (this.refusals > 0) {
      this.refusals--
      throw new Error('the disk is full')
    }
    this.heard.push(message)
  }

  async moved(): Promise<void> {
    await Promise.resolve()
  }

  changed(): void {
    this.changes++
  }

  changes = 0

  get texts(): readonly string[] {
    return this.heard.map(({ text }) => text)
  }
}

interface Meeting {
  readonly channel: Channel
  readonly network: ChannelNetwork
  readonly listener: Listener
}

/** What is proved about messages, by guarantee. */
export const messageProofs = new Map<ChannelGuaranteeId, (harness: ChannelHarness) => Promise<void>>()

prove('N17', async ({ channel }) => {
  const before = JSON.stringify([channel.capabilities, channel.textLimit])
  const { capabilities, textLimit } = channel
  assert.ok(Number.isInteger(textLimit.max) && textLimit.max > 0, `a message of ${textLimit.max} characters`)
  const claims = {
    edit: capabilities.edits,
    typing: capabilities.typing,
    react: capabilities.reactions,
    poll: capabilities.polls,
  } as const
  for (const [member, isClaimed] of Object.entries(claims)) {
    if (isClaimed) assert.equal(typeof channel[member as keyof typeof claims], 'function', `${member} is claimed`)
  }
  await stopped(channel)
  assert.equal(JSON.stringify([channel.capabilities, channel.textLimit]), before, 'they changed')
})

prove('N18', async ({ network, listener }) => {
  await network.write('ann', 'good morning')
  await until('the message', () => listener.heard.length > 0)
  const [message] = listener.heard
  assert.ok(message !== undefined)
  assert.equal(message.text, 'good morning')
  assert.notEqual(message.messageId, '', 'a message has an id')
  assert.equal(message.place.kind, 'direct')
  assert.notEqual(message.place.chatId, '', 'a place has an id')
  assert.notEqual(message.sender.id, '', 'a sender has an id')
  assert.ok(Number.isFinite(message.sentAt), 'sentAt is a time')
  await network.write('bob', 'me too')
  await until('the second message', () => listener.heard.length > 1)
  assert.deepEqual(listener.texts, ['good morning', 'me too'])
  assert.notEqual(listener.heard[1]?.sender.id, message.sender.id, 'two people are two senders')
  assert.notEqual(listener.heard[1]?.messageId, message.messageId, 'two messages have two ids')
})

prove('N19', async ({ network, listener }) => {
  const texts = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`)
  for (const text of texts) await network.write('ann', text)
  await until(
    'all messages',
    () => listener.heard.length >= texts.length,
    () => listener.texts.join(' | '),
  )
  assert.deepEqual(listener.texts, texts)
})

prove('N20', async ({ network, listener }) => {
  listener.refusals = 1
  await network.write('ann', 'first')
  await until('the first offer', () => listener.offered.length > 0)
  await network.write('ann', 'second')
  await until(
    'both messages',
    () => listener.heard.length >= 2,
    () => listener.texts.join(' | '),
  )
  assert.deepEqual(listener.texts, ['first', 'second'])
  assert.equal(listener.heard[0]?.messageId, listener.offered[0], 'the same message has the same id')
})

prove('N21', async ({ channel, network }) => {
  await within('send', channel.send({ place: placeOf(channel, network, 'ann'), text: 'hello ann' }, unaborted()))
  await until('the message at the network', () => network.shownTo('ann').length > 0)
  assert.deepEqual(network.shownTo('ann'), ['hello ann'])
  assert.deepEqual(network.shownTo('bob'), [], 'nobody else has it')
})

prove('N22', async ({ channel, network }) => {
  const place = placeOf(channel, network, 'ann')
  await network.break()
  await until('the account to notice', () => !channel.status().connected)
  await refused(channel, place, unaborted())
  await network.mend()
  await connected(channel)
  await within('send', channel.send({ place, text: 'after' }, unaborted()))
  await until('the message at the network', () => network.shownTo('ann').length > 0)
  await stopped(channel)
  await refused(channel, place, unaborted())
  assert.deepEqual(network.shownTo('ann'), ['after'])
})

prove('N23', async ({ channel, network }) => {
  const place = placeOf(channel, network, 'ann')
  await assert.rejects(within('send to reject', channel.send({ place, text: 'unsaid' }, AbortSignal.abort())))
  await within('send', channel.send({ place, text: 'said' }, unaborted()))
  await until('the message at the network', () => network.shownTo('ann').length > 0)
  assert.deepEqual(network.shownTo('ann'), ['said'])
})

prove('N24', async ({ channel, network, listener }) => {
  await network.write('ann', 'before')
  await until('the message', () => listener.heard.length > 0)
  await stopped(channel)
  const offered = listener.offered.length
  await network.write('ann', 'while away')
  assert.equal(listener.offered.length, offered, 'a stopped account received a message')
})

prove('N25', async ({ channel, network, listener }) => {
  await network.break()
  await until(
    'connected to become false',
    () => !channel.status().connected,
    () => told(channel),
  )
  assert.equal(channel.status().running, true, 'it goes on trying')
  assert.ok(listener.changes > 0, 'the receiver was not told that the status has changed')
  await network.mend()
  await connected(channel)
  await network.write('ann', 'are you back?')
  await until('the message', () => listener.texts.includes('are you back?'))
})

prove('N26', async ({ channel, network, listener }) => {
  const place = placeOf(channel, network, 'ann')
  await network.write('ann', 'here I am')
  await until('the message', () => listener.heard.length > 0)
  assert.deepEqual(place, listener.heard[0]?.place, 'the place of a target is where that person writes')
  for (const nonsense of ['', '   ', '\n']) {
    assert.equal(channel.placeOf(nonsense), null, `${JSON.stringify(nonsense)} is no target`)
  }
})

prove('N27', async ({ channel, network, listener }) => {
  await network.write('ann', 'it is me')
  await network.write('bob', 'and me')
  await until('both messages', () => listener.heard.length > 1)
  const [ann, bob] = listener.heard.map(({ sender }) => sender)
  assert.ok(ann !== undefined && bob !== undefined)
  assert.ok(channel.isSender(ann.id, ann), 'an id means its sender')
  assert.ok(!channel.isSender(ann.id, bob), 'an id means nobody else')
  assert.ok(!channel.isSender('', ann), 'an empty entry means nobody')
  assert.ok(!channel.isSender('*', ann), 'what * means is not for the channel to say')
})

function prove(id: ChannelGuaranteeId, body: (meeting: Meeting) => Promise<void>): void {
  messageProofs.set(id, (harness) =>
    on(harness, 'working', 'main', async ({ channel, network }) => {
      assert.ok(network !== undefined, 'the harness says `hasNetwork`, and a subject has no `network`')
      const listener = new Listener()
      await started(channel, listener)
      await connected(channel)
      await body({ channel, network, listener })
    }),
  )
}

async function connected(channel: Channel): Promise<void> {
  await until(
    'connected to become true',
    () => channel.status().connected,
    () => told(channel),
  )
}

function placeOf(channel: Channel, network: ChannelNetwork, senderId: string): ChatPlace {
  const target = network.targetOf(senderId)
  const place = channel.placeOf(target)
  assert.ok(place !== null, `${target} is not understood as a target`)
  return place
}

async function refused(channel: Channel, place: ChatPlace, signal: AbortSignal): Promise<void> {
  const sending = within('send to reject', channel.send({ place, text: 'lost' }, signal))
  await assert.rejects(sending, isFailure, 'it is refused with a ChannelFailure, or an Error with a code of one')
}

/** A channel from outside may have another copy of the class; what counts is the code. */
function isFailure(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && Object.hasOwn(CHANNEL_FAILURES, String(thrown.code))
}

function unaborted(): AbortSignal {
  return new AbortController().signal
}
