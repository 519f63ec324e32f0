import assert from 'node:assert/strict'
import type { Proof } from './stage.js'
import { until, within } from './until.js'

const MANY = 5_000

export const messageProofs = {
  '2.1': async (stage) => {
    const scene = await stage.serve({ received: (connection, data) => connection.send(data) })
    const { client } = await stage.pair(scene)
    const meant = Array.from({ length: MANY }, (_, n) => `${n} ${'x'.repeat(n % 300)}`)
    for (const text of meant) client.send(text)
    await until(
      `${MANY} echoes`,
      () => client.messages.length === MANY,
      () => `${client.messages.length} echoes`,
    )
    assert.equal(
      firstDifference(
        scene.events.receipts.map((receipt) => receipt.data),
        meant,
      ),
      null,
      'as received',
    )
    assert.equal(firstDifference(client.messages, meant), null, 'as echoed')
  },

  '2.2': async (stage) => {
    const scene = await stage.serve({ received: (connection, data) => connection.send(data) })
    const { client } = await stage.pair(scene)
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n)
    const meant = ['', 'plain', 'ünïcödé 🦜 \u0000 \u2028 漢字', 'é'.repeat(70), new Uint8Array(0), bytes, '{"a":1}']
    for (const data of meant) client.send(data)
    await until(
      'all echoes',
      () => client.messages.length === meant.length,
      () => `${client.messages.length} echoes`,
    )
    assert.deepEqual(
      scene.events.receipts.map((receipt) => plain(receipt.data)),
      meant.map(plain),
      'as received',
    )
    assert.deepEqual(client.messages.map(plain), meant.map(plain), 'as echoed')
    for (const { data } of scene.events.receipts) {
      assert.ok(typeof data === 'string' || data instanceof Uint8Array, 'binary must arrive as Uint8Array')
    }
  },

  '2.3': async (stage) => {
    const scene = await stage.serve()
    const { client } = await stage.pair(scene)
    for (let n = 0; n < 300; n++) client.send(new Uint8Array(500).fill(n))
    await until('300 messages', () => scene.events.receipts.length === 300)
    for (const [n, { data }] of scene.events.receipts.entries()) {
      assert.ok(data instanceof Uint8Array && data.length === 500, `message ${n} is ${typeof data} of ${data.length}`)
      assert.ok(
        data.every((byte) => byte === n % 256),
        `message ${n} changed after it was received`,
      )
      data.fill(0)
    }
    client.send(new Uint8Array(500).fill(7))
    await until('one more message', () => scene.events.receipts.length === 301)
    assert.deepEqual(plain(scene.events.receipts[300]!.data), Array(500).fill(7))
  },

  '2.4': async (stage) => {
    const scene = await stage.serve()
    const { client, connection } = await stage.pair(scene)
    client.pause()
    connection.join('t')
    const bytes = new Uint8Array(64 * 1024)
    let sent = 0
    for (let status = 'sent'; status === 'sent' || sent % 8 !== 0; sent++) {
      assert.ok(sent < 4_000, `${sent * bytes.length} bytes went to a client that does not read`)
      bytes.fill(sent)
      if (sent % 2 === 0) status = connection.send(bytes)
      else scene.listener.publish('t', bytes)
      bytes.fill(255)
    }
    client.resume()
    await until(
      `${sent} messages`,
      () => client.messages.length === sent,
      () => client.messages.length,
    )
    for (const [n, data] of client.messages.entries()) {
      assert.ok(data instanceof Uint8Array && data.every((byte) => byte === n % 256), `message ${n} was overwritten`)
    }
  },

  '2.5': async (stage) => {
    const scene = await stage.serve({ received: (connection, data) => connection.send(data) })
    const { client } = await stage.pair(scene)
    const sizes = [125, 126, 65_535, 65_536, 1_000_000, 6_000_000]
    const meant = sizes.flatMap((size) => [patternText(size), patternBytes(size)])
    for (const data of meant) client.send(data)
    await until(
      'all echoes',
      () => client.messages.length === meant.length,
      () => client.messages.length,
    )
    for (const [n, data] of meant.entries()) {
      assert.ok(same(client.messages[n]!, data), `a ${typeof data} of ${data.length} came back changed`)
    }
  },

  '2.6': async (stage) => {
    const scene = await stage.serve({}, { maxMessageBytes: 10_000 })
    const fitting = await stage.pair(scene)
    fitting.client.send('x'.repeat(10_000))
    fitting.client.send(new Uint8Array(10_000))
    await until('2 messages of just the limit', () => scene.events.receipts.length === 2)
    for (const tooBig of ['x'.repeat(10_001), new Uint8Array(10_001), 'é'.repeat(5_001), 'x'.repeat(1_000_000)]) {
      scene.events.closes.length = 0
      const { client } = await stage.pair(scene)
      client.send(tooBig)
      const seen = await within('the end of the client', client.closed)
      assert.equal(seen.code, 1009, 'code seen by the client')
      await until('closed', () => scene.events.closes.length === 1)
      assert.equal(scene.events.closes[0]?.closure.code, 1009, 'code told to closed')
    }
    assert.equal(scene.events.receipts.length, 2, 'an oversize message was received')
    fitting.client.send('still here')
    await until('a message of another client', () => scene.events.receipts.length === 3)
  },

  '2.7': async (stage) => {
    const scene = await stage.serve()
    const bystander = await stage.pair(scene)
    const wanted = stage.supports.saysInvalidUtf8 ? 1007 : 1006
    for (const bytes of [[0xc3, 0x28], [0xff], [0x61, 0xed, 0xa0, 0x80], [0xf0, 0x9f, 0xa6]]) {
      scene.events.closes.length = 0
      const { client } = await stage.pair(scene)
      assert.ok(client.sendTextBytes, 'this guarantee is about bytes: the clients of the harness need `sendTextBytes`')
      client.sendTextBytes(Uint8Array.from(bytes))
      assert.equal((await within('the end of the client', client.closed)).code, wanted, 'code seen by the client')
      await until('closed', () => scene.events.closes.length === 1)
      assert.equal(scene.events.closes[0]?.closure.code, wanted, 'code told to closed')
    }
    assert.equal(scene.events.receipts.length, 0, 'text that is not UTF-8 was received')
    bystander.client.send('still here')
    await until('a message of another client', () => scene.events.receipts.length === 1)
  },
} satisfies Record<string, Proof>

function patternBytes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, n) => (n * 31 + (n >> 8)) & 255)
}

function patternText(size: number): string {
  return 'abcdefghijk'.repeat(Math.ceil(size / 11)).slice(0, size)
}

function plain(data: string | Uint8Array): unknown {
  return typeof data === 'string' ? data : Array.from(data)
}

function same(one: string | Uint8Array, other: string | Uint8Array): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return Buffer.compare(one, other) === 0
}

/** Where two lists part, described; null when they are equal. */
function firstDifference(seen: readonly unknown[], meant: readonly unknown[]): string | null {
  const at = meant.findIndex((value, n) => seen[n] !== value)
  if (at >= 0) return `message ${at} is ${String(seen[at]).slice(0, 40)}, not ${String(meant[at]).slice(0, 40)}`
  return seen.length === meant.length ? null : `${seen.length} messages, not ${meant.length}`
}
