import assert from 'node:assert/strict'
import type { Endpoint, Peer } from '../../../src/application/ports/transport.js'
import { closures } from '../../../src/domain/protocol/close-codes.js'
import { first, type Proof, portOf, type Stage } from './stage.js'
import { UpgradeRefused } from './transport-harness.js'

export const peerProofs = {
  '6.1': async (stage) => {
    const scene = await stage.serve()
    const headers = [
      ['Origin', 'https://example.org'],
      ['X-Twice', 'one'],
      ['X-Twice', 'two'],
    ] as const
    const client = await stage.connect(scene.endpoint, { path: '/a%20b/c?q=1&q=%C3%BC', headers })
    const peer = scene.events.offers[0]?.peer
    assert.equal(scene.events.offers.length, 1)
    assert.equal(peer?.url, '/a%20b/c?q=1&q=%C3%BC')
    assert.equal(peer?.headers.get('origin'), 'https://example.org')
    assert.equal(peer?.headers.get('x-twice'), 'one, two')
    assert.equal(peer?.headers.get('host'), stage.place.hostHeader(scene.endpoint))
    assert.equal(peer?.address, stage.place.peerAddress)
    client.terminate()
  },

  '6.2': async (stage) => {
    const headers = { 'x-advice': 'come back later', 'content-type': 'text/plain; charset=utf-8' }
    const scene = await stage.serve({
      admit: ({ peer }) => (peer.url === '/in' ? 'accept' : new Response('not today, grüß', { status: 403, headers })),
    })
    const refused = await stage.connect(scene.endpoint).then(
      () => assert.fail('the client got in'),
      (thrown: unknown) => thrown,
    )
    assert.ok(refused instanceof UpgradeRefused, `the client failed otherwise: ${String(refused)}`)
    assert.equal(refused.response.status, 403)
    assert.equal(refused.response.headers.get('x-advice'), 'come back later')
    assert.equal(await refused.response.text(), 'not today, grüß')
    assert.equal(scene.events.opens.length, 0)
    await stage.pair(scene, '/in')
    assert.equal(scene.events.opens.length, 1)
  },

  '6.3': async (stage) => {
    const wildcards = stage.harness.skip?.['6.4'] === undefined ? ['0.0.0.0', '::'] : ['0.0.0.0']
    for (const host of ['127.0.0.1', ...wildcards])
      assert.deepEqual(await addressesSeen(stage, host, '127.0.0.1'), ['127.0.0.1', '127.0.0.1'], host)
  },

  '6.4': async (stage) => {
    assert.deepEqual(await addressesSeen(stage, '::1', '::1'), ['::1', '::1'])
  },

  '6.5': async (stage) => {
    if (!stage.supports.unix) return
    const peers = await peersSeen(stage, { path: await stage.freePath() })
    assert.deepEqual(
      peers.map(({ address, port }) => [address, port]),
      [
        ['', 0],
        ['', 0],
      ],
    )
  },
} satisfies Record<string, Proof>

/** The peer addresses of one request and one socket that go to `to` while `host` is listened on. */
async function addressesSeen(stage: Stage, host: string, to: string): Promise<string[]> {
  const peers = await peersSeen(stage, { host, port: 0 }, to)
  return peers.map((peer) => peer.address)
}

async function peersSeen(stage: Stage, at: Endpoint, to?: string): Promise<Peer[]> {
  const peers: Peer[] = []
  const listener = await stage.listen([at])
  listener.serve({
    fetch: (_, peer) => {
      peers.push(peer)
      return new Response('ok')
    },
    admit: ({ peer }) => {
      peers.push(peer)
      return 'accept'
    },
    opened: (connection) => connection.close(closures.serviceRestart),
    received: () => undefined,
    drained: () => undefined,
    closed: () => undefined,
  })
  const endpoint = to === undefined ? first(listener) : { host: to, port: portOf(listener) }
  await (await stage.request(endpoint)).text()
  await (await stage.connect(endpoint)).closed
  return peers
}
