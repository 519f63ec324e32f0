import { describe, expect, it } from 'vitest'
import { loadUws } from '../../src/adapters/transport-uws/uws-binding.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import type { Peer } from '../../src/application/ports/transport.js'
import { LOOPBACK_CERTIFICATE } from '../contracts/harness/loopback-certificate.js'
import { socketHarness } from '../contracts/harness/socket-harness.js'
import { transportContract } from '../contracts/transport.contract.js'
import { CANNOT } from './transport-uws/cannot.js'

const { engine, refusals } = loadUws()

if (engine === undefined) {
  const reasons = refusals.map((refusal) => `${refusal.engine}: ${refusal.reason}`).join('; ')
  describe('UwsTransport', () => {
    it.skip(`no native engine loads here (${reasons})`, () => undefined)
  })
} else {
  const harness = socketHarness({
    name: engine.name,
    create: (options) => new UwsTransport(engine, options),
    tls: LOOPBACK_CERTIFICATE,
    skip: CANNOT,
  })
  transportContract({ describe, it }, harness)

  describe('UwsTransport beside the contract', () => {
    it('knows everything about the peer but its port, for ever (1.9)', async () => {
      const listener = await harness.create().listen([{ host: '127.0.0.1', port: 0 }])
      const seen: Peer[] = []
      const ids = new Set<string>()
      let closes = 0
      listener.serve({
        fetch: () => new Response('ok'),
        admit: () => 'accept',
        opened: ({ id, peer }) => {
          ids.add(id)
          seen.push(peer)
        },
        received: () => undefined,
        drained: () => undefined,
        closed: ({ peer }) => {
          closes++
          seen.push(peer)
        },
      })
      for (const name of ['ann', 'bob']) {
        const client = await harness.connect(listener.endpoints[0]!, {
          path: `/at?who=${name}`,
          headers: [['X-Name', name]],
        })
        client.close(1000)
        await client.closed
      }
      await expect.poll(() => closes).toBe(2)
      await listener.stop()
      const told = seen.map(({ address, port, url, headers }) => `${address} ${port} ${url} ${headers.get('x-name')}`)
      const ann = '127.0.0.1 0 /at?who=ann ann'
      const bob = '127.0.0.1 0 /at?who=bob bob'
      expect(told.toSorted()).toEqual([ann, ann, bob, bob])
      expect(ids.size).toBe(2)
    })

    it('tells its name and its limits, and refuses options the engine would misread', () => {
      const transport = new UwsTransport(engine)
      expect(transport.name).toMatch(/^uws 20\.\d+$/)
      expect(transport.supports).toEqual({
        tls: !engine.isLoopbackOnly,
        ipv6: true,
        unix: false,
        renewsTls: false,
        saysInvalidUtf8: false,
        pipelining: 'refused',
        maxHeadBytes: engine.isLoopbackOnly ? 4096 : 16_384,
        answersLongHeads: !engine.isLoopbackOnly,
        proxyProtocol: false,
        maxMessageBytes: 25 * 1024 * 1024,
        queueCeilingBytes: 128 * 1024 * 1024,
      })
      for (const options of [
        { maxMessageBytes: 0 },
        { maxMessageBytes: 2 ** 31 },
        { queueCeilingBytes: 0 },
        { queueCeilingBytes: 2 ** 32 + 1 },
        { idleSeconds: 3 },
        { idleSeconds: 961 },
        { closePatienceMs: 0 },
      ]) {
        expect(() => new UwsTransport(engine, options), JSON.stringify(options)).toThrow(RangeError)
      }
    })
  })
}
