import assert from 'node:assert/strict'
import { closures } from '../../../src/domain/protocol/close-codes.js'
import type { Pair, Proof, Scene, Stage } from './stage.js'
import { until } from './until.js'

export const topicProofs = {
  '4.1': async (stage) => {
    const scene = await stage.serve()
    const [ann, bob, eve] = await threePairs(stage, scene)
    ann.connection.join('red')
    bob.connection.join('red')
    bob.connection.join('blue')
    scene.listener.publish('red', 'red 1')
    scene.listener.publish('blue', new Uint8Array([1, 2, 3]))
    scene.listener.publish('green', 'green 1')
    ann.connection.leave('red')
    scene.listener.publish('red', 'red 2')
    await said('end', ann, bob, eve)
    assert.deepEqual(ann.client.messages, ['red 1', 'end'])
    assert.deepEqual(bob.client.messages.map(plain), ['red 1', [1, 2, 3], 'red 2', 'end'])
    assert.deepEqual(eve.client.messages, ['end'])
  },

  '4.2': async (stage) => {
    const scene = await stage.serve()
    const ann = await stage.pair(scene)
    ann.connection.leave('red')
    ann.connection.join('red')
    ann.connection.join('red')
    scene.listener.publish('red', 'once')
    ann.connection.leave('red')
    scene.listener.publish('red', 'never')
    ann.connection.leave('red')
    ann.connection.join('red')
    scene.listener.publish('red', 'again')
    await said('end', ann)
    assert.deepEqual(ann.client.messages, ['once', 'again', 'end'])
  },

  '4.3': async (stage) => {
    const scene = await stage.serve()
    const ann = await stage.pair(scene)
    for (let n = 0; n < 50; n++) {
      ann.connection.join('red')
      scene.listener.publish('red', `in ${n}`)
      ann.connection.leave('red')
      scene.listener.publish('red', `out ${n}`)
    }
    await said('end', ann)
    assert.deepEqual(ann.client.messages, [...Array.from({ length: 50 }, (_, n) => `in ${n}`), 'end'])
  },

  '4.4': async (stage) => {
    const scene = await stage.serve()
    const ann = await stage.pair(scene)
    ann.connection.join('red')
    ann.connection.join('blue')
    const meant: string[] = []
    for (let n = 0; n < 900; n++) {
      const text = `${n} ${'x'.repeat(n % 7 === 0 ? 20_000 : n % 50)}`
      meant.push(text)
      if (n % 3 === 0) ann.connection.send(text)
      else scene.listener.publish(n % 3 === 1 ? 'red' : 'blue', text)
      if (n % 100 === 99) await until('the client to keep up', () => ann.client.messages.length === n + 1)
    }
    const wrong = meant.findIndex((text, n) => ann.client.messages[n] !== text)
    assert.equal(wrong, -1, `message ${wrong} is ${String(ann.client.messages[wrong]).slice(0, 20)}`)
  },

  '4.5': async (stage) => {
    const scene = await stage.serve()
    const [ann, bob] = await threePairs(stage, scene)
    for (const { connection } of [ann, bob]) connection.join('red')
    ann.connection.close(closures.serviceRestart)
    scene.listener.publish('red', 'to bob')
    await until('closed', () => scene.events.closes.length === 1)
    await said('end', bob)
    bob.client.terminate()
    await until('2 ends', () => scene.events.closes.length === 2)
    scene.listener.publish('red', 'to nobody')
    scene.listener.publish('never joined', 'to nobody')
    assert.deepEqual(ann.client.messages, [])
    assert.deepEqual(bob.client.messages, ['to bob', 'end'])
  },
} satisfies Record<string, Proof>

async function threePairs(stage: Stage, scene: Scene): Promise<[Pair, Pair, Pair]> {
  return [await stage.pair(scene), await stage.pair(scene), await stage.pair(scene)]
}

/** Sends a last word to each and waits until it arrived, so that nothing can come after the assertions. */
async function said(word: string, ...pairs: readonly Pair[]): Promise<void> {
  for (const { connection, client } of pairs) {
    connection.send(word)
    await until(
      `"${word}"`,
      () => client.messages.at(-1) === word,
      () => client.messages.map(plain),
    )
  }
}

function plain(data: string | Uint8Array): unknown {
  return typeof data === 'string' ? data : Array.from(data)
}
