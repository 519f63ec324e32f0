import assert from 'node:assert/strict'
import { closures } from '../../../src/domain/protocol/close-codes.js'
import { RecordedEvents } from './recorded-events.js'
import type { Pair, Proof } from './stage.js'
import { pause, until, within } from './until.js'

const RESTART = closures.serviceRestart

export const endingProofs = {
  '10.1': async (stage) => {
    const scene = await stage.serve()
    const pairs: Pair[] = []
    for (let n = 0; n < 20; n++) pairs.push(await stage.pair(scene))
    for (const { connection } of pairs) connection.send('before the end')
    await within('drain', scene.listener.drain(RESTART, never()))
    assert.equal(scene.events.closes.length, 20, 'closed events when drain resolved')
    for (const { closure } of scene.events.closes) assert.deepEqual(closure, RESTART)
    for (const { client } of pairs) {
      assert.deepEqual(await within('the end of a client', client.closed), RESTART)
      assert.deepEqual(client.messages, ['before the end'])
    }
    await pause(20)
    assert.equal(scene.events.closes.length, 20, 'closed events in the end')
  },

  '10.2': async (stage) => {
    let finish: (response: Response) => void = () => undefined
    let aborted = false
    const scene = await stage.serve({
      fetch: (request) => {
        request.signal.addEventListener('abort', () => {
          aborted = true
        })
        return new Promise<Response>((resolve) => {
          finish = resolve
          isAsked = true
        })
      },
    })
    let isAsked = false
    let hasDrained = false
    const answer = stage.request(scene.endpoint)
    await until('fetch', () => isAsked)
    const drained = scene.listener.drain(RESTART, never()).then(() => {
      hasDrained = true
    })
    await pause(60)
    assert.equal(hasDrained, false, 'drain did not wait for the request')
    finish(new Response('finished'))
    assert.equal(await (await answer).text(), 'finished')
    await within('drain', drained)
    assert.equal(aborted, false, 'the request was called off')
  },

  '10.3': async (stage) => {
    let cancelled = false
    let signal: AbortSignal | undefined
    const scene = await stage.serve({
      fetch: (request) => {
        signal = request.signal
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => {
            cancelled = true
          },
        })
        return new Response(body)
      },
    })
    const stalled = await stage.pair(scene)
    stalled.client.pause()
    for (let n = 0; stalled.connection.queuedBytes === 0; n++) {
      assert.ok(n < 2_000, 'a client that does not read took everything')
      stalled.connection.send('x'.repeat(64 * 1024))
    }
    const endless = await stage.request(scene.endpoint)
    const reader = endless.body!.getReader()
    await within('a first part', reader.read())
    const deadline = new AbortController()
    let hasDrained = false
    const drained = scene.listener.drain(RESTART, deadline.signal).then(() => {
      hasDrained = true
    })
    await pause(40)
    assert.equal(hasDrained, false, 'drain did not wait')
    deadline.abort()
    await within('drain', drained)
    assert.equal(scene.events.closes.length, 1, 'closed events when drain resolved')
    await within(
      'the end of the response',
      reader.read().catch(() => 'cut'),
    )
    await until('the body to be cancelled', () => cancelled)
    await until('the signal to abort', () => signal?.aborted === true)
  },

  '10.4': async (stage) => {
    const scene = await stage.serve()
    await stage.pair(scene)
    for (let round = 0; round < 3; round++) {
      await within('drain', scene.listener.drain(RESTART, AbortSignal.abort()))
      const other = await stage.listen([scene.endpoint]).catch((thrown: { code?: string }) => thrown.code)
      assert.equal(other, 'EADDRINUSE', 'the address was given away')
      assert.equal((await stage.request(scene.endpoint)).status, 503, 'after drain')
      const waiting = stage.connect(scene.endpoint)
      await pause(20)
      const events = new RecordedEvents()
      scene.listener.serve(events)
      await waiting
      await until('opened', () => events.opens.length === 1)
      assert.equal((await stage.request(scene.endpoint)).status, 200, 'after serving again')
    }
  },

  '10.5': async (stage) => {
    const scene = await stage.serve()
    const pairs = [await stage.pair(scene), await stage.pair(scene)]
    pairs[1]?.client.pause()
    await (await stage.request(scene.endpoint)).text()
    await within('stop', scene.listener.stop())
    assert.equal(scene.events.closes.length, 2, 'closed events when stop resolved')
    await within('the end of the client', pairs[0]!.client.closed)
    await assert.rejects(stage.request(scene.endpoint), 'HTTP was answered after stop')
    await assert.rejects(stage.connect(scene.endpoint), 'a socket was opened after stop')
    for (const { connection } of pairs) assert.equal(connection.send('late'), 'dropped')
  },

  '10.6': async (stage) => {
    const endpoint = await stage.place.fixed()
    for (let round = 0; round < 4; round++) {
      const listener = await stage.listen([endpoint])
      const events = new RecordedEvents()
      listener.serve(events)
      await stage.pair({ listener, endpoint, events })
      assert.equal(await (await stage.request(endpoint)).text(), 'served', `round ${round}`)
      await within('stop', listener.stop())
    }
  },

  '10.7': async (stage) => {
    const scene = await stage.serve()
    const { connection } = await stage.pair(scene)
    connection.join('t')
    await within('two stops at once', Promise.all([scene.listener.stop(), scene.listener.stop()]))
    const late = new RecordedEvents()
    scene.listener.publish('t', 'late')
    scene.listener.serve(late)
    scene.listener.suspend()
    await within('drain after stop', scene.listener.drain(RESTART, never()))
    await within('stop after stop', scene.listener.stop())
    await assert.rejects(stage.connect(scene.endpoint), 'a socket was opened after stop')
    assert.equal(late.opens.length, 0)
    assert.equal(scene.events.closes.length, 1)
  },

  '10.8': async (stage) => {
    const signals: AbortSignal[] = []
    let cancelled = false
    const scene = await stage.serve({
      fetch: (request) => {
        signals.push(request.signal)
        if (request.url.endsWith('/thinking')) return new Promise(() => undefined)
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          cancel: () => {
            cancelled = true
          },
        })
        return new Response(body)
      },
    })
    const answers = ['/thinking', '/streaming'].map((path) =>
      stage.request(scene.endpoint, { path }).then(
        (response) => response.text().catch(() => 'cut'),
        () => 'cut',
      ),
    )
    await until('2 requests', () => signals.length === 2)
    await pause(40)
    await within('stop', scene.listener.stop())
    assert.deepEqual(await within('the end of both', Promise.all(answers)), ['cut', 'cut'])
    await until('both signals to abort', () => signals.every((signal) => signal.aborted))
    await until('the body to be cancelled', () => cancelled)
  },

  '10.9': async (stage) => {
    let isAsked = false
    const scene = await stage.serve({
      fetch: () => {
        isAsked = true
        return new Promise(() => undefined)
      },
    })
    const cut = stage.request(scene.endpoint).catch(() => 'cut')
    await until('fetch', () => isAsked)
    const old = await stage.pair(scene)
    const deadline = new AbortController()
    const drained = scene.listener.drain(RESTART, deadline.signal)
    await within('the end of the old client', old.client.closed)
    const events = new RecordedEvents()
    scene.listener.serve(events)
    const young = await stage.pair({ ...scene, events })
    deadline.abort()
    await within('drain', drained)
    assert.equal(await cut, 'cut')
    stage.assertTaken(young.connection.send('still here'))
    await until('a message to the new client', () => young.client.messages.length === 1)
    assert.equal(events.closes.length, 0, 'the new client was closed')
  },

  '10.10': async (stage) => {
    const scene = await stage.serve()
    const { client, connection } = await stage.pair(scene)
    client.pause()
    let sent = 0
    while (connection.queuedBytes === 0) {
      assert.ok(sent < 2_000, 'a client that does not read took everything')
      connection.send(`${sent++} `.padEnd(64 * 1024, 'x'))
    }
    const drained = scene.listener.drain(RESTART, never())
    await pause(20)
    client.resume()
    assert.deepEqual(await within('the end of the client', client.closed), RESTART)
    await within('drain', drained)
    assert.equal(client.messages.length, sent, 'messages that came before the closure')
    for (const [n, text] of client.messages.entries())
      assert.ok(`${text}`.startsWith(`${n} `), `message ${n} is another`)
    assert.deepEqual(scene.events.closes[0]?.closure, RESTART)
  },
} satisfies Record<string, Proof>

/** A deadline that does not come. */
function never(): AbortSignal {
  return new AbortController().signal
}
