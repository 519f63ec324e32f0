import { existsSync, writeFileSync } from 'node:fs'
import type {
  Connection,
  Listener,
  Transport,
  TransportEvents,
  TransportOptions,
  TransportSupport,
} from '../../../src/application/ports/transport.js'
import { closure } from '../../../src/domain/protocol/close-codes.js'
import type { TransportGuaranteeId } from '../transport/transport-guarantees.js'
import type { Lies } from './lying-transport.js'

/** One more lie, and the promise it breaks. */
export interface FurtherLie {
  readonly what: string
  readonly breaks: TransportGuaranteeId
  readonly lies: Lies
}

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

/** More ways to break a promise, each with the promise it breaks. */
export const FURTHER_LIES: readonly FurtherLie[] = [
  { what: 'drops one message in a thousand', breaks: '2.1', lies: { connection: everyThousandthIsLost } },
  { what: 'delivers one message in a thousand twice', breaks: '2.1', lies: { events: everyThousandthTwice } },
  { what: 'reorders under backpressure', breaks: '3.2', lies: { connection: reorderedWhenSlow } },
  { what: 'says sent to everything', breaks: '3.1', lies: { connection: alwaysSent } },
  {
    what: 'repeats the last message when a client drains',
    breaks: '3.2',
    lies: { connection: rememberLast, events: repeatOnDrain },
  },
  { what: 'delivers after close', breaks: '1.4', lies: { connection: closesLater } },
  { what: 'forgets to tell of one end', breaks: '1.7', lies: { events: () => ({ closed: () => undefined }) } },
  { what: 'leaks a subscriber that has left', breaks: '4.3', lies: { connection: () => ({ leave: () => undefined }) } },
  { what: 'delivers what was joined twice twice', breaks: '4.2', lies: { listener: publishesTwice } },
  { what: 'ignores that a client went away', breaks: '5.11', lies: { events: withoutSignal } },
  { what: 'buffers a whole upload', breaks: '5.5', lies: { events: buffersUploads } },
  { what: 'reads an upload to its end before it answers', breaks: '5.14', lies: { events: buffersUploads } },
  { what: 'answers OPTIONS by itself', breaks: '5.18', lies: { events: answersOptions } },
  { what: 'invents a peer address', breaks: '6.5', lies: { events: inventsAddresses } },
  { what: 'shares its path', breaks: '8.8', lies: { transport: sharesPaths } },
  {
    what: 'has renewTls and does not declare it',
    breaks: '8.10',
    lies: { listener: () => ({ renewTls: async () => undefined }) },
  },
  { what: 'declares that it has no IPv6', breaks: '8.11', lies: { transport: declaring({ ipv6: false }) } },
  { what: 'declares that it has no paths', breaks: '8.8', lies: { transport: declaring({ unix: false }) } },
  {
    what: 'lets nobody wait after an early drain',
    breaks: '9.6',
    lies: { listener: (honest) => ({ drain: () => honest.stop() }) },
  },
  { what: 'loses one publication in a hundred', breaks: '11.1', lies: { listener: everyTwentiethPublicationIsLost } },
]

/** Lies about bytes, told by a transport on real sockets. */
export const WIRE_LIES: readonly FurtherLie[] = [
  { what: 'throws a backlog away when it drains', breaks: '10.10', lies: { listener: drainsAbruptly } },
  {
    what: 'declares that it cannot say 1007',
    breaks: '2.7',
    lies: { transport: declaring({ saysInvalidUtf8: false }) },
  },
  { what: 'ends the connection with each answer', breaks: '5.15', lies: { events: closesAfterAnswers } },
  {
    what: 'declares that it refuses pipelining',
    breaks: '5.16',
    lies: { transport: declaring({ pipelining: 'refused' }) },
  },
  {
    what: 'declares room for heads it has not',
    breaks: '5.17',
    lies: { transport: declaring({ maxHeadBytes: 40_000 }) },
  },
  { what: 'declares room for small heads only', breaks: '5.17', lies: { transport: declaring({ maxHeadBytes: 512 }) } },
  { what: 'makes something up for what is not HTTP', breaks: '5.19', lies: { listener: tellsOfNothing } },
  {
    what: 'lets the client choose the address that its proxy tells',
    breaks: '6.6',
    lies: { events: believesHeaders },
  },
  {
    what: 'declares that it tells nothing of proxies',
    breaks: '6.6',
    lies: { transport: declaring({ proxyProtocol: false }) },
  },
  { what: 'leaves the file of its socket behind', breaks: '8.9', lies: { listener: leavesFile } },
  { what: 'lets clients in that show no certificate', breaks: '8.12', lies: { options: asksNoClient } },
  { what: 'renews nothing', breaks: '8.10', lies: { listener: () => ({ renewTls: async () => undefined }) } },
]

function everyHundredthIsLost(honest: Connection): Partial<Connection> {
  let count = 0
  return { send: (data) => (++count % 100 === 5 ? 'sent' : honest.send(data)) }
}

/** Reads the authorities, and forgets what they are for. */
function asksNoClient(asked: TransportOptions): TransportOptions {
  const { tls, ...others } = asked
  if (tls?.caPath === undefined || !existsSync(tls.caPath)) return asked
  return { ...others, tls: { certPath: tls.certPath, keyPath: tls.keyPath } }
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

function everyThousandthIsLost(honest: Connection): Partial<Connection> {
  let count = 0
  return { send: (data) => (++count % 1000 === 0 ? 'sent' : honest.send(data)) }
}

function everyThousandthTwice(honest: TransportEvents): Partial<TransportEvents> {
  let count = 0
  return {
    received: (connection, data) => {
      honest.received(connection, data)
      if (++count % 1000 === 0) honest.received(connection, data)
    },
  }
}

/** Keeps a message back while the client is slow, and sends it behind the next one. */
function reorderedWhenSlow(honest: Connection): Partial<Connection> {
  let held: string | Uint8Array | undefined
  return {
    send: (data) => {
      if (held === undefined && honest.queuedBytes > 0) {
        held = data
        return 'buffered'
      }
      const status = honest.send(data)
      if (held !== undefined) honest.send(held)
      held = undefined
      return status
    },
  }
}

function alwaysSent(honest: Connection): Partial<Connection> {
  return {
    send: (data) => {
      honest.send(data)
      return 'sent'
    },
  }
}

const lastSent = new WeakMap<object, string | Uint8Array>()

function rememberLast(honest: Connection): Partial<Connection> {
  return {
    send: (data) => {
      lastSent.set(honest.peer, data)
      return honest.send(data)
    },
  }
}

function repeatOnDrain(honest: TransportEvents): Partial<TransportEvents> {
  return {
    drained: (connection) => {
      connection.send(lastSent.get(connection.peer) ?? '')
      honest.drained(connection)
    },
  }
}

function closesLater(honest: Connection): Partial<Connection> {
  return { close: (closure) => void setTimeout(() => honest.close(closure), 10) }
}

function publishesTwice(honest: Listener): Partial<Listener> {
  return {
    publish: (topic, data) => {
      honest.publish(topic, data)
      honest.publish(topic, data)
    },
  }
}

function withoutSignal(honest: TransportEvents): Partial<TransportEvents> {
  return { fetch: ({ url }, peer) => honest.fetch(new Request(url), peer) }
}

function buffersUploads(honest: TransportEvents): Partial<TransportEvents> {
  return {
    fetch: async (request, peer) => {
      const { method, url } = request
      if (method === 'GET') return honest.fetch(request, peer)
      return honest.fetch(new Request(url, { method, body: await request.arrayBuffer() }), peer)
    },
  }
}

function answersOptions(honest: TransportEvents): Partial<TransportEvents> {
  return {
    fetch: (request, peer) => (request.method === 'OPTIONS' ? new Response('ok') : honest.fetch(request, peer)),
  }
}

function inventsAddresses(honest: TransportEvents): Partial<TransportEvents> {
  return { admit: ({ peer }) => honest.admit({ peer: { ...peer, address: '127.0.0.1' } }) }
}

function sharesPaths(honest: Transport): Partial<Transport> {
  return { listen: async (at) => honest.listen(at).catch(() => honest.listen([{ path: `${at[0]?.path}.other` }])) }
}

function declaring(declared: Partial<TransportSupport>): (honest: Transport) => Partial<Transport> {
  return (honest) => ({ supports: { ...honest.supports, ...declared } })
}

function drainsAbruptly(honest: Listener): Partial<Listener> {
  return { drain: (closure) => honest.drain(closure, AbortSignal.abort()).then(() => honest.stop()) }
}

function everyTwentiethPublicationIsLost(honest: Listener): Partial<Listener> {
  let count = 0
  return {
    publish: (topic, data) => {
      if (++count % 20 !== 0) honest.publish(topic, data)
    },
  }
}

function closesAfterAnswers(honest: TransportEvents): Partial<TransportEvents> {
  return {
    fetch: async (request, peer) => {
      const { status, body } = await honest.fetch(request, peer)
      return new Response(body, { status, headers: { connection: 'close' } })
    },
  }
}

function believesHeaders(honest: TransportEvents): Partial<TransportEvents> {
  return {
    fetch: (request, peer) => {
      const proxied = peer.headers.get('x-forwarded-for') ?? peer.proxied
      const { address, port, headers, url } = peer
      return honest.fetch(request, { address, port, headers, url, ...(proxied !== undefined && { proxied }) })
    },
  }
}

function tellsOfNothing(honest: Listener): Partial<Listener> {
  return {
    serve: (events) => {
      honest.serve(events)
      const invented = new Request('http://x/invented')
      void events.fetch(invented, { address: '', port: 0, headers: new Map(), url: '/invented' })
    },
  }
}

function leavesFile(honest: Listener): Partial<Listener> {
  return {
    stop: async () => {
      await honest.stop()
      for (const { path } of honest.endpoints) if (path !== undefined) writeFileSync(path, '')
    },
  }
}
