import assert from 'node:assert/strict'
import { ListenFailure } from '../../../src/application/ports/transport.js'
import { expectFailure, expectRefusal } from './expect-refusal.js'
import { RecordedEvents } from './recorded-events.js'
import { type Proof, portOf } from './stage.js'
import { until } from './until.js'

const FOREIGN_HOST = '203.0.113.7'

export const listeningProofs = {
  '8.1': async (stage) => {
    const hosts = stage.harness.skip?.['6.4'] === undefined ? ['127.0.0.1', '::1'] : ['127.0.0.1']
    const listener = await stage.listen(hosts.map((host) => ({ host, port: 0 })))
    listener.serve(new RecordedEvents())
    const port = portOf(listener)
    assert.ok(port > 0, `the port given out is ${port}`)
    assert.deepEqual(
      listener.endpoints,
      hosts.map((host) => ({ host, port })),
    )
    for (const endpoint of listener.endpoints) {
      assert.equal(await (await stage.request(endpoint)).text(), 'served', endpoint.host)
    }
  },

  '8.2': async (stage) => {
    const scene = await stage.serve()
    await expectRefusal(stage, [scene.endpoint], 'EADDRINUSE', scene.endpoint)
    for (let n = 0; n < 10; n++) {
      const response = await stage.request(scene.endpoint)
      assert.equal(await response.text(), 'served', 'the first listener lost a client')
    }
    await stage.pair(scene)
  },

  '8.3': async (stage) => {
    for (let round = 0; round < 5; round++) {
      const endpoint = await stage.place.fixed()
      const tries = await Promise.allSettled([1, 2, 3].map(() => stage.listen([endpoint])))
      const winners = tries.filter((outcome) => outcome.status === 'fulfilled')
      assert.equal(winners.length, 1, `${winners.length} listeners won`)
      for (const outcome of tries) {
        if (outcome.status === 'rejected') expectFailure(outcome.reason, 'EADDRINUSE', endpoint)
      }
    }
  },

  '8.4': async (stage) => {
    const endpoint = { host: FOREIGN_HOST, port: await stage.harness.freePort() }
    await expectRefusal(stage, [endpoint], 'EADDRNOTAVAIL', endpoint)
  },

  '8.5': async (stage) => {
    const endpoint = { host: '127.0.0.1', port: 1 }
    await stage.harness.withoutPrivileges(() => expectRefusal(stage, [endpoint], 'EACCES', endpoint))
  },

  '8.6': async (stage) => {
    const free = await stage.place.fixed()
    const taken = (await stage.serve()).endpoint
    await expectRefusal(stage, [free, taken], 'EADDRINUSE', taken)
    const foreign = { host: FOREIGN_HOST, port: await stage.harness.freePort() }
    await expectRefusal(stage, [free, foreign], 'EADDRNOTAVAIL', foreign)
    await assert.rejects(stage.request(free), 'the free endpoint is still listened on')
    const listener = await stage.listen([free])
    listener.serve(new RecordedEvents())
    assert.equal((await stage.request(free)).status, 200)
  },

  '8.7': async (stage) => {
    const absent = { certPath: '/nonexistent/cert.pem', keyPath: '/nonexistent/key.pem' }
    const outcome = await stage.listen([await stage.place.free()], { tls: absent }).catch((thrown: unknown) => thrown)
    assert.ok(outcome instanceof ListenFailure, `listening with an unreadable certificate gave ${String(outcome)}`)
    assert.equal(outcome.code, 'TLS')
    if (!stage.supports.tls) return
    const { tls } = stage.harness
    assert.ok(tls, 'the transport says it supports TLS; the harness needs a certificate')
    const scene = await stage.serve({ received: (connection, data) => connection.send(data) }, { tls })
    const response = await stage.request(scene.endpoint, { tls: true, path: '/over/tls' })
    assert.equal(await response.text(), 'served')
    const client = await stage.connect(scene.endpoint, { tls: true })
    const meant = ['over tls', 'x'.repeat(500_000), 'last']
    for (const text of meant) client.send(text)
    await until('3 echoes', () => client.messages.length === 3)
    assert.deepEqual(client.messages, meant)
    await assert.rejects(stage.request(scene.endpoint, { tls: false }), 'plain HTTP was answered on an encrypted port')
  },
} satisfies Record<string, Proof>
