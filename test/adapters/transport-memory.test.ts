import { describe, expect, it } from 'vitest'
import { MemoryNetwork } from '../../src/adapters/transport-memory/memory-network.js'
import { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import type { TransportEvents } from '../../src/application/ports/transport.js'
import { closure } from '../../src/domain/protocol/close-codes.js'
import { memoryHarness } from '../contracts/harness/memory-harness.js'
import { transportContract } from '../contracts/transport.contract.js'

for (const place of ['IPv4', 'IPv6', 'Unix'] as const) {
  transportContract({ describe, it }, memoryHarness(undefined, place))
}
transportContract({ describe, it }, memoryHarness(), { stress: { seed: 7, rounds: 1 } })

const AT = { host: '127.0.0.1', port: 18789 }

function echo(): TransportEvents {
  return {
    fetch: async (request, peer) => new Response(`${request.method} ${peer.address} ${await request.text()}`),
    admit: () => 'accept',
    opened: (connection) => void connection.send('welcome'),
    received: (connection, data) => void connection.send(data),
    drained: () => undefined,
    closed: () => undefined,
  }
}

async function served() {
  const transport = new MemoryTransport()
  const listener = await transport.listen([AT])
  listener.serve(echo())
  return { transport, listener }
}

describe('MemoryTransport', () => {
  it('gives out messages one after the other, and rejects when there is no next one', async () => {
    const { transport } = await served()
    const client = await transport.connect(AT)
    expect(await client.next()).toBe('welcome')
    client.send('one')
    client.send(Uint8Array.of(1, 2))
    expect(await client.next()).toBe('one')
    expect(await client.next()).toEqual(Uint8Array.of(1, 2))
    const next = client.next()
    client.close(1000, 'bye')
    await expect(next).rejects.toMatchObject({ code: 'connection-ended' })
    await expect(client.next()).rejects.toMatchObject({ code: 'connection-ended' })
    expect(await client.closed).toEqual(closure(1000, 'bye'))
    expect(client.isOpen).toBe(false)
  })

  it('lets a client come from any address', async () => {
    const transport = new MemoryTransport()
    const listener = await transport.listen([{ host: '0.0.0.0', port: 80 }])
    const addresses: string[] = []
    listener.serve({ ...echo(), opened: ({ peer }) => void addresses.push(`${peer.address}:${peer.port}`) })
    await transport.connect({ host: '127.0.0.1', port: 80 }, { address: '::ffff:192.0.2.9', port: 7 })
    await transport.connect({ host: '127.0.0.1', port: 80 }, { address: '2001:db8::1', port: 8 })
    expect(addresses).toEqual(['192.0.2.9:7', '2001:db8::1:8'])
  })

  it('answers fetch by URL', async () => {
    const { transport } = await served()
    const response = await transport.fetch('http://127.0.0.1:18789/x', { method: 'POST', body: 'hello' })
    expect(await response.text()).toBe('POST 127.0.0.1 hello')
    await expect(transport.fetch('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('counts the bytes of a client that does not read exactly', async () => {
    const transport = new MemoryTransport()
    const listener = await transport.listen([AT])
    const queued: number[] = []
    listener.serve({
      ...echo(),
      opened: () => undefined,
      received: (connection, data) => {
        connection.send(data)
        queued.push(connection.queuedBytes)
      },
      drained: (connection) => void queued.push(connection.queuedBytes),
    })
    const client = await transport.connect(AT)
    client.pause()
    for (const text of ['a', 'bc', 'é']) client.send(text)
    await Promise.resolve()
    expect(queued).toEqual([1, 3, 5])
    client.resume()
    expect(await client.next()).toBe('a')
    expect(await client.next()).toBe('bc')
    expect(await client.next()).toBe('é')
    expect(queued).toEqual([1, 3, 5, 0])
  })

  it('keeps networks apart and knows wildcards', async () => {
    await served()
    await served()
    const network = new MemoryNetwork()
    const [one, other] = [new MemoryTransport({ network }), new MemoryTransport({ network })]
    await one.listen([{ host: '0.0.0.0', port: 80 }])
    await expect(other.listen([{ host: '127.0.0.1', port: 80 }])).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(other.listen([{ host: '::', port: 80 }])).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(other.listen([{ host: '::1', port: 80 }])).resolves.toBeDefined()
  })
})
