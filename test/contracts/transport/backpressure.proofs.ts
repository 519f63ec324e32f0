import assert from 'node:assert/strict'
import type { SendStatus } from '../../../src/application/ports/transport.js'
import type { Pair, Proof } from './stage.js'
import { until, within } from './until.js'

const CHUNK_BYTES = 64 * 1024
/** More than any operating system takes for a client that does not read. */
const MORE_THAN_ENOUGH = 2_000
const CEILING = 1024 * 1024
const READ_AT_FIRST = 10

export const backpressureProofs = {
  '3.1': async (stage) => {
    const scene = await stage.serve()
    const { client, connection } = await stage.pair(scene)
    assert.equal(connection.queuedBytes, 0, 'before anything was sent')
    client.pause()
    const sent = sendUntil('buffered', { client, connection })
    const atFirst = connection.queuedBytes
    assert.ok(atFirst > 0, 'send said buffered, yet queuedBytes is 0')
    for (let n = 0; n < 10; n++) assert.equal(connection.send(numbered(sent + n)), 'buffered')
    const grown = connection.queuedBytes - atFirst
    assert.ok(grown >= 10 * CHUNK_BYTES, `10 messages of ${CHUNK_BYTES} bytes let queuedBytes grow by ${grown}`)
    assert.ok(grown < 10 * CHUNK_BYTES * 1.1, `10 messages of ${CHUNK_BYTES} bytes let queuedBytes grow by ${grown}`)
  },

  '3.2': async (stage) => {
    const scene = await stage.serve()
    const pair = await stage.pair(scene)
    const { client, connection } = pair
    client.pause()
    let sent = sendUntil('buffered', pair)
    for (let n = 0; n < 10; n++) assert.equal(connection.send(numbered(sent++)), 'buffered')
    assert.equal(scene.events.drains.length, 0, 'drained came while the client did not read')
    client.resume()
    await until(
      'drained',
      () => scene.events.drains.length > 0,
      () => `${connection.queuedBytes} bytes queued`,
    )
    assert.equal(scene.events.drains[0], connection)
    await until(
      'queuedBytes 0',
      () => connection.queuedBytes === 0,
      () => connection.queuedBytes,
    )
    await until(
      `${sent} messages`,
      () => client.messages.length === sent,
      () => client.messages.length,
    )
    assertPrefix(client.messages)
    stage.assertTaken(connection.send('quick again'))
    await until('a message after the backlog', () => client.messages.at(-1) === 'quick again')
  },

  '3.3': async (stage) => {
    const scene = await stage.serve({}, { queueCeilingBytes: CEILING })
    const pair = await stage.pair(scene)
    pair.client.pause()
    sendUntil('dropped', pair)
    for (let n = 0; n < 20; n++) assert.equal(pair.connection.send('after the first drop'), 'dropped')
    await until('closed', () => scene.events.closes.length === 1)
    assert.equal(scene.events.closes[0]?.closure.code, 1006)
    assert.equal(pair.connection.queuedBytes, 0)
    const other = await stage.pair(scene)
    stage.assertTaken(other.connection.send('hello'), 'another client suffers')
  },

  '3.4': async (stage) => {
    const scene = await stage.serve({}, { queueCeilingBytes: CEILING })
    const pair = await stage.pair(scene)
    for (let n = 0; n < READ_AT_FIRST; n++) pair.connection.send(numbered(n))
    await until('the first messages', () => pair.client.messages.length === READ_AT_FIRST)
    pair.client.pause()
    const sent = sendUntil('dropped', pair, READ_AT_FIRST)
    pair.connection.send(numbered(sent))
    await until('closed', () => scene.events.closes.length === 1)
    pair.client.resume()
    assert.equal((await within('the end of the client', pair.client.closed)).code, 1006)
    assertPrefix(pair.client.messages)
    assert.ok(pair.client.messages.length < sent, 'a message that was dropped arrived')
  },

  '3.5': async (stage) => {
    const scene = await stage.serve({}, { queueCeilingBytes: CEILING })
    const slow = await stage.pair(scene)
    const quick = await stage.pair(scene)
    slow.connection.join('news')
    quick.connection.join('news')
    slow.client.pause()
    let published = 0
    while (scene.events.closes.length === 0) {
      assert.ok(
        published < MORE_THAN_ENOUGH,
        `${published * CHUNK_BYTES} bytes were kept for a client that does not read`,
      )
      for (let n = 0; n < 8; n++) scene.listener.publish('news', numbered(published++))
      await until('the quick client to read', () => quick.client.messages.length === published)
    }
    assert.equal(scene.events.closes[0]?.connection, slow.connection, 'the wrong one was cut')
    assert.equal(slow.connection.send('late'), 'dropped')
    slow.client.resume()
    await within('the end of the slow client', slow.client.closed)
    assertPrefix(slow.client.messages)
    assertPrefix(quick.client.messages)
  },
} satisfies Record<string, Proof>

/** Sends numbered messages until `status` comes back; returns how many were sent, those before included. */
function sendUntil(status: SendStatus, { connection }: Pair, sentBefore = 0): number {
  for (let sent = sentBefore + 1; sent < MORE_THAN_ENOUGH; sent++) {
    if (connection.send(numbered(sent - 1)) === status) return sent
  }
  throw new Error(`send never said ${status} to a client that does not read`)
}

function numbered(n: number): string {
  return `${n} `.padEnd(CHUNK_BYTES, 'x')
}

function assertPrefix(messages: readonly (string | Uint8Array)[]): void {
  for (const [n, message] of messages.entries()) {
    assert.ok(typeof message === 'string' && message === numbered(n), `message ${n} is ${String(message).slice(0, 20)}`)
  }
}
