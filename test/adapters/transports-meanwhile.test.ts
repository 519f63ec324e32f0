import { afterEach, describe, expect, it } from 'vitest'
import { MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import { loadUws } from '../../src/adapters/transport-uws/uws-binding.js'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Listener, Transport, TransportEvents } from '../../src/application/ports/transport.js'
import { standIn } from '../../src/bootstrap/stand-in.js'

const { engine, refusals } = loadUws()
if (engine === undefined) console.warn(`uws is not tested: ${JSON.stringify(refusals)}`)

interface Way {
  readonly name: string
  readonly transport: Transport
  readonly ask: (port: number, path: string, init?: RequestInit) => Promise<Response>
}

const overSockets = (port: number, path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)

function ways(): readonly Way[] {
  const options = { meanwhile: standIn }
  const memory = new MemoryTransport(options)
  const ask = (port: number, path: string, init?: RequestInit) => memory.fetch(`http://127.0.0.1:${port}${path}`, init)
  return [
    { name: 'memory', transport: memory, ask },
    { name: 'ws', transport: new WsTransport(options), ask: overSockets },
    ...(engine === undefined ? [] : [{ name: 'uws', transport: new UwsTransport(engine, options), ask: overSockets }]),
  ]
}

const SERVING: TransportEvents = {
  fetch: () => new Response('served'),
  admit: () => 'accept',
  opened: () => undefined,
  received: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
}

describe.each(ways())('$name while nobody serves', ({ transport, ask }) => {
  let listener: Listener | undefined

  afterEach(() => listener?.stop())

  async function listening() {
    const made = await transport.listen([{ host: '127.0.0.1', port: 0 }])
    listener = made
    const port = made.endpoints[0]?.port ?? 0
    return { listener: made, ask: (path: string, init?: RequestInit) => ask(port, path, init) }
  }

  it('says that the process is alive, before and between', async () => {
    const { listener, ask } = await listening()
    const alive = async () => {
      const response = await ask('/healthz')
      return [response.status, await response.json()]
    }
    expect(await alive()).toEqual([200, { ok: true, version: expect.any(String) }])
    listener.serve(SERVING)
    expect(await (await ask('/healthz')).text()).toBe('served')
    listener.suspend()
    expect(await alive()).toEqual([200, { ok: true, version: expect.any(String) }])
  })

  it('says that it is not ready, and when to come back', async () => {
    const { ask } = await listening()
    const response = await ask('/readyz')
    expect([response.status, await response.json()]).toEqual([503, { ready: false }])
    expect(response.headers.get('retry-after')).toBe('1')
  })

  it.each([
    ['/v1/models', {}],
    ['/healthz', { method: 'POST', body: 'x'.repeat(10_000) }],
  ])('serves nothing else: %s', async (path, init) => {
    const { ask } = await listening()
    const response = await ask(path, init)
    expect([response.status, await response.text()]).toEqual([503, 'Service Unavailable'])
    expect(response.headers.get('retry-after')).toBe('1')
  })
})
