/* A whole transport in one file: node:http and the `ws` package behind the Transport port. */
import { once } from 'node:events'
import { createServer, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ListenFailure, TRANSPORT_DEFAULTS } from 'mayros'
import { WebSocketServer } from 'ws'

const LOST = { code: 1006, reason: '' }
const FAULTS = { WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009, WS_ERR_INVALID_UTF8: 1007 }
const CAN = { tls: false, ipv6: true, unix: false, renewsTls: false, saysInvalidUtf8: true, answersLongHeads: true,
  pipelining: 'ordered', maxHeadBytes: 16 * 1024 }

export class MinimalTransport {
  constructor({ tls, ...limits } = {}) {
    const supports = { ...CAN, ...TRANSPORT_DEFAULTS, ...limits }
    Object.assign(this, { name: 'minimal', wantsTls: tls !== undefined, supports })
  }
  async listen(at) {
    const onPath = at.find(({ path }) => path !== undefined)
    if (onPath || this.wantsTls) throw new ListenFailure(onPath ? 'UNIX' : 'TLS', onPath ?? at[0])
    const webSockets = new WebSocketServer({ noServer: true, maxPayload: this.supports.maxMessageBytes })
    const listener = Object.assign(new MinimalListener(), { webSockets, ceiling: this.supports.queueCeilingBytes })
    return listener.open(at).catch((thrown) => listener.stop().then(() => Promise.reject(thrown)))
  }
}

class MinimalListener {
  endpoints = []; #servers = []; #waiting = new Map(); #connections = new Set(); #exchanges = new Set()
  #events; #count = 0
  async open(at) {
    for (const { host, port } of at) {
      const server = createServer((incoming, outgoing) => this.#answer(incoming, outgoing))
      this.#servers.push(server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head)))
      const shared = this.endpoints.find((_, index) => at[index].port === 0)?.port ?? 0
      await once(server.listen({ host, port: port || shared, exclusive: true }), 'listening').catch(({ code }) => {
        throw new ListenFailure(/^(EADDRINUSE|EACCES|EADDRNOTAVAIL)$/.test(code) ? code : 'UNKNOWN', { host, port })
      })
      this.endpoints.push({ host, port: server.address().port })
    }
    return this
  }
  serve(events) {
    this.#events = events
    for (const [socket, enter] of this.#waiting) if (this.#waiting.delete(socket) && !socket.destroyed) enter()
  }
  suspend() { this.#events = undefined }
  publish(topic, data) { for (const each of this.#connections) if (each.topics.has(topic)) each.send(data) }
  async drain(closure, deadline) {
    this.suspend()
    const leaving = [...this.#connections, ...this.#exchanges]
    for (const each of leaving) each.close?.(closure)
    const cut = () => leaving.forEach((each) => each.abort())
    deadline.aborted ? cut() : deadline.addEventListener('abort', cut, { once: true })
    await Promise.all(leaving.map(({ gone }) => gone))
  }
  async stop() {
    for (const each of [...this.#connections, ...this.#exchanges]) each.abort()
    for (const socket of this.#waiting.keys()) socket.destroy()
    const closed = (server) => new Promise((resolve) => server.close(resolve).closeAllConnections())
    await Promise.all([this.drain(LOST, AbortSignal.abort()), ...this.#servers.splice(0).map(closed)])
  }
  #upgrade(incoming, socket, head) {
    socket.removeAllListeners('end').on('error', () => socket.destroy())
    const [peer, events] = [peerOf(incoming), this.#events]
    const later = () => this.#upgrade(incoming, socket, head) // read on meanwhile, to see a client leave
    if (!events) return this.#waiting.set(socket.once('end', () => socket.destroy()).resume(), later)
    const admission = admitted(events, peer)
    if (admission !== 'accept') return refuse(incoming, socket, admission)
    this.webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      const connection = new MinimalConnection(`minimal-${++this.#count}`, peer, webSocket, this.ceiling, events)
      this.#connections.add(connection)
      connection.gone.then(() => this.#connections.delete(connection))
      connection.open()
    })
  }
  async #answer(incoming, outgoing) {
    const [events, leaving, gone] = [this.#events, new AbortController(), closing(outgoing)]
    const exchange = { gone, abort: () => outgoing.destroy() }
    this.#exchanges.add(exchange)
    gone.then(() => this.#exchanges.delete(exchange) && !outgoing.writableFinished && leaving.abort())
    try {
      if (!events) return outgoing.writeHead(503).end()
      await write(await events.fetch(requestOf(incoming, leaving.signal), peerOf(incoming)), incoming.method, outgoing)
    } catch (thrown) {
      if (!leaving.signal.aborted) attempt(() => events.failed?.(thrown), console.error)
      outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(500).end('Internal Server Error')
    } finally { incoming.removeAllListeners('readable').resume() }
  }
}

class MinimalConnection {
  topics = new Set(); #events; #said; #isBehind = false
  constructor(id, peer, webSocket, ceiling, events) {
    Object.assign(this, { id, peer, webSocket, ceiling }).#events = events
    webSocket.on('message', (data, isBinary) => this.#take(isBinary ? new Uint8Array(data) : `${data}`))
    webSocket.on('error', ({ code }) => this.#end(FAULTS[code] ? { code: FAULTS[code], reason: '' } : LOST))
    webSocket.once('close', (code, reason) => this.#end({ code, reason: `${reason}` }))
    this.gone = closing(webSocket).then(() => this.#tell(() => events.closed(this, this.#said)))
  }
  open() { this.#guard(() => this.#events.opened(this)) }
  get #isOpen() { return !this.#said && this.webSocket.readyState === 1 }
  get queuedBytes() { return this.#isOpen ? this.webSocket.bufferedAmount : 0 }
  send(data) {
    if (this.#isOpen) this.webSocket.send(typeof data === 'string' ? data : Buffer.from(data), () => this.#written())
    if (this.queuedBytes > this.ceiling) this.abort()
    this.#isBehind ||= this.queuedBytes > 0
    return !this.#isOpen ? 'dropped' : this.queuedBytes > 0 ? 'buffered' : 'sent'
  }
  join(topic) { if (this.#isOpen) this.topics.add(topic) }
  leave(topic) { this.topics.delete(topic) }
  close(closure) { if (this.#isOpen) this.#end(closure).close(closure.code, closure.reason) }
  abort() { this.#end(LOST).terminate() }
  #end(closure) { this.#said ??= closure; this.topics.clear(); return this.webSocket }
  #take(data) { if (this.#isOpen) this.#guard(() => this.#events.received(this, data)) }
  #written() { if (this.#isBehind && this.#isOpen && this.queuedBytes === 0) this.#caughtUp() }
  #caughtUp() { this.#isBehind = false; this.#tell(() => this.#events.drained(this)) }
  #guard(handler) { this.#tell(handler, () => this.close({ code: 1011, reason: 'internal error' })) }
  #tell(handler, first) { attempt(handler, (thrown) => { first?.(); this.#events.failed?.(thrown) }) }
}

const closing = (emitter) => new Promise((resolve) => emitter.once('close', resolve))
const headersOf = (raw) => new Headers(raw.flatMap((name, at) => (at % 2 ? [] : [[name, raw[at + 1]]])))
const peerOf = ({ socket: { remoteAddress = '', remotePort = 0 }, rawHeaders, url }) =>
  ({ address: remoteAddress.replace(/^::ffff:/, ''), port: remotePort, url, headers: new Map(headersOf(rawHeaders)) })
function requestOf(incoming, signal) {
  const { method, url, headers, rawHeaders } = incoming
  const body = /^(GET|HEAD)$/.test(method) ? undefined : ReadableStream.from(incoming.iterator({ destroyOnReturn: false }))
  const init = { method, headers: headersOf(rawHeaders), body, duplex: 'half' }
  return Object.defineProperty(new Request(`http://${headers.host}${url}`, init), 'signal', { value: signal })
}
async function write({ status, headers, body, bodyUsed }, method, outgoing) {
  if (bodyUsed) throw new TypeError('the body of this response was read already')
  outgoing.writeHead(status, [...headers].flat()).flushHeaders()
  if (method !== 'HEAD' && body) return pipeline(Readable.fromWeb(body), outgoing)
  return outgoing.end() && body?.cancel()
}
function refuse(incoming, socket, response) {
  const outgoing = Object.assign(new ServerResponse(incoming), { shouldKeepAlive: false })
  outgoing.assignSocket(socket)
  write(response, 'GET', outgoing).then(() => socket.end(), () => socket.destroy())
}
function admitted(events, peer) {
  try { return events.admit({ peer }) } catch (thrown) { events.failed?.(thrown) }
  return new Response(null, { status: 500 })
}
function attempt(handler, failed) { try { Promise.resolve(handler()).catch(failed) } catch (thrown) { failed(thrown) } }

export default { name: 'minimal', create: (options) => new MinimalTransport(options) }
