import assert from 'node:assert/strict'
import { closure } from '../../../src/domain/protocol/close-codes.js'
import type { Proof } from './stage.js'
import { pause, until, within } from './until.js'

const FAREWELL = closure(4001, 'farewell, Grüße')

export const connectionProofs = {
  '1.1': async (stage) => {
    const scene = await stage.serve()
    const { client, connection } = await stage.pair(scene)
    for (const text of ['a', 'b', 'c']) client.send(text)
    await until('3 messages', () => scene.events.receipts.length === 3)
    client.close(1000)
    await until('closed', () => scene.events.closes.length > 0)
    await pause(20)
    assert.deepEqual(scene.events.story.get(connection.id), ['opened', 'received', 'received', 'received', 'closed'])
    assert.equal(scene.events.closes[0]?.connection, connection, 'closed names another connection object than opened')
  },

  '1.2': async (stage) => {
    const scene = await stage.serve({
      opened: (connection) => {
        if (connection.peer.url === '/close-opened') connection.close(FAREWELL)
        if (connection.peer.url === '/abort-opened') connection.abort()
      },
      received: (connection) => {
        if (connection.peer.url === '/close-received') connection.close(FAREWELL)
        if (connection.peer.url === '/abort-received') connection.abort()
        connection.close(FAREWELL)
      },
    })
    for (const path of ['/close-opened', '/abort-opened', '/close-received', '/abort-received']) {
      const { client, connection } = await stage.pair(scene, path)
      client.send('x')
      const seen = await within(`the end of the client at ${path}`, client.closed)
      assert.equal(seen.code, path.startsWith('/close') ? 4001 : 1006, `code seen by the client at ${path}`)
      await until(`closed at ${path}`, () => scene.events.closes.some((end) => end.connection === connection))
    }
    await pause(20)
    for (const [id, words] of scene.events.story) {
      assert.equal(words.filter((word) => word === 'closed').length, 1, `${id} was told ${words.join(', ')}`)
      assert.equal(words.at(-1), 'closed', `${id} was told ${words.join(', ')}`)
    }
  },

  '1.3': async (stage) => {
    const scene = await stage.serve({
      closed: (connection) => statuses.push(connection.send('from closed')),
    })
    const statuses: string[] = []
    const ends = [
      (pair: Awaited<ReturnType<typeof stage.pair>>) => pair.client.close(1000),
      (pair: Awaited<ReturnType<typeof stage.pair>>) => pair.client.terminate(),
      (pair: Awaited<ReturnType<typeof stage.pair>>) => pair.connection.close(FAREWELL),
      (pair: Awaited<ReturnType<typeof stage.pair>>) => pair.connection.abort(),
    ]
    for (const [index, end] of ends.entries()) {
      const pair = await stage.pair(scene)
      end(pair)
      await until('closed', () => scene.events.closes.length === index + 1)
      const { connection } = pair
      assert.equal(connection.send('late'), 'dropped')
      assert.equal(connection.send(new Uint8Array(3)), 'dropped')
      assert.equal(connection.queuedBytes, 0)
      connection.join('t')
      scene.listener.publish('t', 'late')
      connection.leave('t')
      connection.close(FAREWELL)
      connection.abort()
    }
    await pause(20)
    assert.deepEqual(statuses, ['dropped', 'dropped', 'dropped', 'dropped'], 'send inside closed')
    assert.equal(scene.events.closes.length, ends.length, 'calls after the end caused more closed events')
  },

  '1.4': async (stage) => {
    const scene = await stage.serve()
    for (const end of ['close', 'abort'] as const) {
      const { client, connection } = await stage.pair(scene)
      for (let n = 0; n < 200; n++) client.send(`${end} ${n}`)
      await until('a first message', () => scene.events.receipts.length > 0)
      if (end === 'close') connection.close(FAREWELL)
      else connection.abort()
      const before = scene.events.receipts.length
      assert.equal(connection.send('x'), 'dropped', `send right after ${end}`)
      await within('the end of the client', client.closed)
      await pause(30)
      assert.equal(scene.events.receipts.length, before, `messages received after ${end}`)
      scene.events.receipts.length = 0
    }
  },

  '1.5': async (stage) => {
    const scene = await stage.serve({
      opened: (connection) => {
        for (let n = 0; n < 500; n++) connection.send(`${n}`)
        connection.close(FAREWELL)
      },
    })
    const client = await stage.connect(scene.endpoint)
    assert.deepEqual(await within('the close frame', client.closed), FAREWELL)
    assert.deepEqual(
      client.messages,
      Array.from({ length: 500 }, (_, n) => `${n}`),
    )
    await until('closed', () => scene.events.closes.length === 1)
    assert.deepEqual(scene.events.closes[0]?.closure, FAREWELL, 'what closed was told')
  },

  '1.6': async (stage) => {
    const scene = await stage.serve()
    for (const said of [closure(1000, 'done'), closure(4321, 'grüß Gott'), closure(1001)]) {
      const { client } = await stage.pair(scene)
      client.close(said.code, said.reason)
      await until('closed', () => scene.events.closes.length === 1)
      assert.deepEqual(scene.events.closes[0]?.closure, said)
      assert.equal((await within('the answer to the close frame', client.closed)).code, said.code)
      scene.events.closes.length = 0
    }
  },

  '1.7': async (stage) => {
    const scene = await stage.serve()
    const aborted = await stage.pair(scene)
    aborted.connection.abort()
    assert.equal((await within('the end of the client', aborted.client.closed)).code, 1006)
    await until('closed', () => scene.events.closes.length === 1)
    const vanished = await stage.pair(scene)
    vanished.client.terminate()
    await until('closed', () => scene.events.closes.length === 2)
    assert.deepEqual(
      scene.events.closes.map((end) => end.closure.code),
      [1006, 1006],
    )
  },

  '1.8': async (stage) => {
    const scene = await stage.serve()
    const { client } = await stage.pair(scene)
    client.close()
    await until('closed', () => scene.events.closes.length === 1)
    assert.equal(scene.events.closes[0]?.closure.code, 1005)
  },

  '1.9': async (stage) => {
    const seen: string[] = []
    const scene = await stage.serve({
      opened: ({ peer }) => seen.push(`${peer.address} ${peer.url} ${peer.headers.get('x-name')}`),
      closed: ({ peer }) => seen.push(`${peer.address} ${peer.url} ${peer.headers.get('x-name')}`),
    })
    for (const name of ['ann', 'bob']) {
      const headers = [['X-Name', name]] as const
      const client = await stage.connect(scene.endpoint, { path: `/at?who=${name}`, headers })
      client.close(1000)
      await within('the end', client.closed)
    }
    await until('2 ends', () => scene.events.closes.length === 2)
    const { peerAddress } = stage.place
    const ann = `${peerAddress} /at?who=ann ann`
    const bob = `${peerAddress} /at?who=bob bob`
    assert.deepEqual(seen.toSorted(), [ann, ann, bob, bob])
    assert.equal(new Set(scene.events.opens.map((connection) => connection.id)).size, 2, 'ids repeat')
  },

  '1.10': async (stage) => {
    const scene = await stage.serve()
    for (const end of ['abort', 'terminate', 'stop'] as const) {
      const { client, connection } = await stage.pair(scene)
      client.pause()
      for (let n = 0; connection.send('x'.repeat(64 * 1024)) === 'sent'; n++) {
        assert.ok(n < 2_000, 'a client that does not read took everything')
      }
      for (let n = 0; n < 20; n++) client.send(`${n}`)
      if (end === 'abort') connection.abort()
      if (end === 'terminate') client.terminate()
      if (end === 'stop') await within('stop', scene.listener.stop())
      await until(`closed after ${end}`, () => scene.events.story.get(connection.id)?.includes('closed') ?? false)
      client.resume()
      await pause(30)
      const words = scene.events.story.get(connection.id)
      assert.equal(words?.at(-1), 'closed', `after ${end} the connection was told ${words?.join(', ')}`)
    }
  },
} satisfies Record<string, Proof>
