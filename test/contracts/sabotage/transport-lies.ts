import type { Connection } from '../../../src/application/ports/transport.js'
import { closure } from '../../../src/domain/protocol/close-codes.js'
import type { TransportGuaranteeId } from '../transport/transport-guarantees.js'
import type { Lies } from './lying-transport.js'

/** For each promise a transport that breaks it. */
export const TRANSPORT_LIES: Readonly<Partial<Record<TransportGuaranteeId, Lies>>> = {
  '1.1': {
    events: (honest) => ({
      closed: (connection, how) => {
        honest.closed(connection, how)
        honest.closed(connection, how)
      },
    }),
  },
  '1.3': { connection: (honest) => ({ send: (data) => (honest.send(data) === 'dropped' ? 'sent' : 'sent') }) },
  '1.5': { connection: (honest) => ({ close: ({ code }) => honest.close(closure(code)) }) },
  '1.6': { events: (honest) => ({ closed: (connection) => honest.closed(connection, closure(1000)) }) },
  '1.9': { connection: () => ({ id: 'always the same' }) },
  '2.1': { connection: everyHundredthIsLost },
  '2.2': { events: (honest) => ({ received: (connection, data) => honest.received(connection, `${data}`) }) },
  '3.1': { connection: () => ({ queuedBytes: 0 }) },
  '3.2': { events: () => ({ drained: () => undefined }) },
  '3.3': { connection: (honest) => ({ send: (data) => (honest.send(data) === 'sent' ? 'sent' : 'buffered') }) },
  '3.4': { connection: everyHundredthIsLost },
  '4.1': { connection: () => ({ leave: () => undefined }) },
  '4.3': { connection: (honest) => ({ leave: (topic) => queueMicrotask(() => honest.leave(topic)) }) },
  '4.4': { listener: (honest) => ({ publish: (topic, data) => queueMicrotask(() => honest.publish(topic, data)) }) },
  '5.1': {
    events: (honest) => ({
      fetch: (request, peer) => honest.fetch(new Request(request.url.toLowerCase(), request), { ...peer, url: '/' }),
    }),
  },
  '5.2': {
    events: (honest) => ({
      fetch: async (request, peer) => {
        const response = await honest.fetch(request, peer)
        const joined = response.headers.getSetCookie().join(', ')
        response.headers.set('set-cookie', joined)
        return response
      },
    }),
  },
  '5.4': {
    events: (honest) => ({
      fetch: async (request, peer) => {
        const { method, url } = request
        return honest.fetch(new Request(url, { method, body: await request.arrayBuffer() }), peer)
      },
    }),
  },
  '5.6': {
    events: (honest) => ({
      fetch: async (request, peer) => new Response(await (await honest.fetch(request, peer)).arrayBuffer()),
    }),
  },
  '5.10': { events: (honest) => ({ fetch: ({ url }, peer) => honest.fetch(new Request(url), peer) }) },
  '6.2': {
    events: (honest) => ({
      admit: (offer) => {
        honest.admit(offer)
        return 'accept'
      },
    }),
  },
  '7.6': {
    events: (honest) => ({
      fetch: async (request, peer) =>
        Promise.resolve(honest.fetch(request, peer)).catch(
          (thrown: unknown) => new Response(`${thrown}`, { status: 500 }),
        ),
    }),
  },
  '8.2': {
    transport: (honest) => ({
      listen: async (at) => honest.listen(at).catch(() => honest.listen([{ host: '127.0.0.1', port: 0 }])),
    }),
  },
  '9.3': { events: () => ({ admit: () => 'accept' }) },
  '9.4': { listener: firstServeOnly },
  '9.5': { listener: () => ({ suspend: () => undefined }) },
  '10.1': { listener: () => ({ drain: async () => undefined }) },
  '10.4': { listener: (honest) => ({ drain: () => honest.stop() }) },
  '10.5': { listener: () => ({ stop: async () => undefined }) },
}

function everyHundredthIsLost(honest: Connection): Partial<Connection> {
  let count = 0
  return { send: (data) => (++count % 100 === 5 ? 'sent' : honest.send(data)) }
}

function firstServeOnly(honest: { serve: (events: never) => void }): { serve: (events: never) => void } {
  let hasServed = false
  return {
    serve: (events) => {
      if (!hasServed) honest.serve(events)
      hasServed = true
    },
  }
}
