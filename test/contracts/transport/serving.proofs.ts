import assert from 'node:assert/strict'
import { closures } from '../../../src/domain/protocol/close-codes.js'
import { RecordedEvents } from './recorded-events.js'
import { first, type Proof } from './stage.js'
import { pause, until, within } from './until.js'

export const servingProofs = {
  '9.1': async (stage) => {
    const listener = await stage.listen([await stage.place.free()])
    const endpoint = first(listener)
    assert.equal((await stage.request(endpoint)).status, 503)
    assert.equal((await stage.request(endpoint, { method: 'POST', body: 'x'.repeat(1000) })).status, 503)
    const waiting = [stage.connect(endpoint, { path: '/1' }), stage.connect(endpoint, { path: '/2' })]
    await pause(40)
    const events = new RecordedEvents({ opened: (connection) => connection.send(`hello ${connection.peer.url}`) })
    listener.serve(events)
    const clients = await Promise.all(waiting)
    await until('2 greetings', () => clients.every((client) => client.messages.length === 1))
    assert.deepEqual(
      clients.map((client) => client.messages[0]),
      ['hello /1', 'hello /2'],
    )
    assert.equal(events.opens.length, 2)
    assert.equal(events.offers.length, 2, 'admit was not asked about those who waited')
    assert.equal((await stage.request(endpoint)).status, 200)
  },

  '9.2': async (stage) => {
    const listener = await stage.listen([await stage.place.free()])
    const meant = Array.from({ length: 1_000 }, (_, n) => `${n} ${'x'.repeat(2_000)}`)
    const waiting = stage.connect(first(listener)).then((client) => {
      for (const text of meant) client.send(text)
      return client
    })
    await pause(60)
    const events = new RecordedEvents()
    listener.serve(events)
    await waiting
    await until(
      'all messages',
      () => events.receipts.length === meant.length,
      () => events.receipts.length,
    )
    assert.deepEqual([...events.story.values()][0]?.slice(0, 2), ['opened', 'received'])
    assert.ok(
      events.receipts.every((receipt, n) => receipt.data === meant[n]),
      'out of order',
    )
  },

  '9.3': async (stage) => {
    const listener = await stage.listen([await stage.place.free()])
    const endpoint = first(listener)
    const leaving = new AbortController()
    const gone = stage.connect(endpoint, { path: '/gone', signal: leaving.signal }).then(
      (client) => client.terminate(),
      () => undefined,
    )
    await pause(40)
    leaving.abort()
    await gone
    const unwelcome = stage.connect(endpoint, { path: '/unwelcome' }).then(
      (client) => client.closed,
      () => 'refused',
    )
    const welcome = stage.connect(endpoint, { path: '/welcome' })
    await pause(60)
    const events = new RecordedEvents({
      admit: ({ peer }) => (peer.url === '/unwelcome' ? new Response('no', { status: 403 }) : 'accept'),
    })
    listener.serve(events)
    await welcome
    await within('the end of the unwelcome one', unwelcome)
    await until('opened', () => events.opens.length > 0)
    await pause(20)
    assert.deepEqual(
      events.opens.map((connection) => connection.peer.url),
      ['/welcome'],
    )
    assert.equal(events.closes.length, 0, 'closed came for somebody who was never opened')
  },

  '9.4': async (stage) => {
    const scene = await stage.serve({ fetch: () => new Response('old') })
    const before = await stage.pair(scene)
    const newEvents = new RecordedEvents({ fetch: () => new Response('new') })
    scene.listener.serve(newEvents)
    assert.equal(await (await stage.request(scene.endpoint)).text(), 'new')
    const after = await stage.pair({ ...scene, events: newEvents })
    before.client.send('from before')
    after.client.send('from after')
    await until('both messages', () => scene.events.receipts.length + newEvents.receipts.length === 2)
    assert.equal(scene.events.receipts[0]?.data, 'from before')
    assert.equal(newEvents.receipts[0]?.data, 'from after')
    for (const { connection } of [before, after]) connection.join('both')
    scene.listener.publish('both', 'to both')
    for (const { client } of [before, after]) await until('the publication', () => client.messages.length === 1)
    before.client.close(1000)
    await until('closed', () => scene.events.closes.length === 1)
    assert.equal(newEvents.closes.length, 0, 'the new events were told about an old connection')
  },

  '9.5': async (stage) => {
    const scene = await stage.serve({ received: (connection, data) => connection.send(data) })
    const before = await stage.pair(scene)
    scene.listener.suspend()
    assert.equal((await stage.request(scene.endpoint)).status, 503)
    const waiting = stage.connect(scene.endpoint)
    before.client.send('echo while suspended')
    await until('the echo', () => before.client.messages.length === 1)
    await pause(40)
    assert.equal(scene.events.opens.length, 1, 'a newcomer was opened while suspended')
    const newEvents = new RecordedEvents()
    scene.listener.serve(newEvents)
    await waiting
    await until('opened', () => newEvents.opens.length === 1)
    assert.equal(scene.events.opens.length, 1, 'the newcomer went to the old events')
    assert.equal((await stage.request(scene.endpoint)).status, 200)
  },

  '9.6': async (stage) => {
    const listener = await stage.listen([await stage.place.free()])
    listener.publish('t', 'to nobody')
    listener.suspend()
    await within('drain', listener.drain(closures.serviceRestart, new AbortController().signal))
    const waiting = stage.connect(first(listener))
    await pause(20)
    await within('drain', listener.drain(closures.serviceRestart, AbortSignal.abort()))
    const events = new RecordedEvents()
    listener.serve(events)
    await waiting
    await until('opened', () => events.opens.length === 1)
    assert.equal((await stage.request(first(listener))).status, 200)
  },
} satisfies Record<string, Proof>
