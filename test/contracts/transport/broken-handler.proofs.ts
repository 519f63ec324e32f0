import assert from 'node:assert/strict'
import type { Proof, Scene, Stage } from './stage.js'
import { UpgradeRefused } from './transport-harness.js'
import { until, within } from './until.js'

const SECRET = 'secret path /home/ann'

export const brokenHandlerProofs = {
  '7.1': async (stage) => {
    const scene = await stage.serve({
      fetch: ({ url }) => {
        if (url.endsWith('/throws')) throw new Error(SECRET)
        if (url.endsWith('/rejects')) return Promise.reject(new Error(SECRET))
        if (url.endsWith('/used')) return usedResponse()
        if (url.endsWith('/error')) return Response.error()
        return new Response('fine')
      },
    })
    for (const [index, path] of ['/throws', '/rejects', '/used', '/error'].entries()) {
      const response = await stage.request(scene.endpoint, { path })
      assert.equal(response.status, 500, path)
      await response.text()
      assert.equal(scene.events.failures.length, index + 1, `failed after ${path}`)
    }
    await assertLives(stage, scene)
  },

  '7.2': async (stage) => {
    const scene = await stage.serve({
      opened: ({ peer }) => {
        if (peer.url === '/opened') throw new Error(SECRET)
      },
      received: ({ peer }) => {
        if (peer.url === '/received') throw new Error(SECRET)
        if (peer.url === '/rejects') return Promise.reject(new Error(SECRET))
      },
    })
    for (const path of ['/opened', '/received', '/rejects']) {
      const { client } = await stage.pair(scene, path)
      client.send('x')
      const seen = await within(`the end of the client at ${path}`, client.closed)
      assert.equal(seen.code, 1011, path)
      assert.ok(!seen.reason.includes('secret'), `the reason gives away: ${seen.reason}`)
    }
    await until('3 ends', () => scene.events.closes.length === 3)
    assert.deepEqual(
      scene.events.closes.map((end) => end.closure.code),
      [1011, 1011, 1011],
    )
    assert.equal(scene.events.failures.length, 3)
    await assertLives(stage, scene)
  },

  '7.3': async (stage) => {
    const scene = await stage.serve({
      drained: () => {
        throw new Error(SECRET)
      },
      closed: () => {
        throw new Error(SECRET)
      },
    })
    const { client, connection } = await stage.pair(scene)
    client.pause()
    const chunk = 'x'.repeat(64 * 1024)
    while (connection.send(chunk) === 'sent') assert.ok(connection.queuedBytes === 0)
    client.resume()
    await until('drained', () => scene.events.drains.length === 1)
    connection.send('after drained')
    await until('a message after drained', () => client.messages.at(-1) === 'after drained')
    client.close(1000)
    await until('2 failures', () => scene.events.failures.length === 2)
    await assertLives(stage, scene)
    assert.equal(scene.events.closes.filter((end) => end.connection === connection).length, 1)
  },

  '7.4': async (stage) => {
    const scene = await stage.serve({
      admit: ({ peer }) => {
        if (peer.url === '/') return 'accept'
        throw new Error(SECRET)
      },
    })
    const refused = await stage.connect(scene.endpoint, { path: '/broken' }).then(
      () => assert.fail('the client got in'),
      (thrown: unknown) => thrown,
    )
    assert.ok(refused instanceof UpgradeRefused, `the client failed otherwise: ${String(refused)}`)
    assert.equal(refused.response.status, 500)
    assert.equal(scene.events.failures.length, 1)
    await assertLives(stage, scene)
  },

  '7.5': async (stage) => {
    let step = 0
    const scene = await stage.serve({
      fetch: ({ url }) => {
        if (!url.endsWith('/breaks')) return new Response('fine')
        const body = new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            if (step++ === 0) return controller.enqueue(new TextEncoder().encode('first half'))
            await until('the client to read', () => hasRead)
            controller.error(new Error(SECRET))
          },
        })
        return new Response(body)
      },
    })
    let hasRead = false
    const response = await stage.request(scene.endpoint, { path: '/breaks' })
    const reader = response.body!.getReader()
    let text = ''
    while (text.length < 'first half'.length) {
      const { value } = await within('the first half', reader.read())
      assert.ok(value, `the response ended after ${text}`)
      text += new TextDecoder().decode(value)
    }
    assert.equal(text, 'first half')
    hasRead = true
    const rest = await within(
      'the end of the response',
      reader.read().catch(() => 'cut'),
    )
    assert.equal(rest, 'cut', 'the response ended as if it were whole')
    await until(
      'failed',
      () => scene.events.failures.length === 1,
      () => scene.events.failures.map(String).join('; '),
    )
    await assertLives(stage, scene)
  },

  '7.6': async (stage) => {
    const scene = await stage.serve({
      fetch: () => Promise.reject(new Error(SECRET)),
      admit: () => {
        throw new Error(SECRET)
      },
    })
    const seen: string[] = []
    const response = await stage.request(scene.endpoint)
    seen.push(JSON.stringify([...response.headers]), await response.text())
    const refused: unknown = await stage.connect(scene.endpoint).catch((thrown: unknown) => thrown)
    if (refused instanceof UpgradeRefused) seen.push(await refused.response.text())
    assert.ok(!seen.join().includes('secret'), `the client got: ${seen.join()}`)
    assert.ok(!seen.join().includes('.ts:'), `the client got: ${seen.join()}`)
  },
} satisfies Record<string, Proof>

async function assertLives(stage: Stage, scene: Scene): Promise<void> {
  assert.equal((await stage.request(scene.endpoint)).status, 200, 'HTTP after the mishap')
  const { client, connection } = await stage.pair(scene)
  connection.send('alive')
  await until('a message after the mishap', () => client.messages.includes('alive'))
}

async function usedResponse(): Promise<Response> {
  const response = new Response('used up')
  await response.text()
  return response
}
