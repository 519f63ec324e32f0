import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** The native module the gateway would use here; undefined when none loads. */
function loadUws() {
  const { platform, arch, versions } = process
  const candidates = [
    () => require('uWebSockets.js'),
    () => {
      const root = dirname(require.resolve('uws-compat/package.json'))
      return require(join(root, 'binaries', `uws_${platform}_${arch}_${versions.modules}.node`))
    },
  ]
  let loaded
  for (const load of candidates) loaded ??= attempt(load)
  return loaded
}

/** What `load` returns, or undefined when the module cannot be loaded here. */
function attempt(load) {
  try {
    return load()
  } catch {
    return undefined
  }
}

export const isUwsHere = () => loadUws() !== undefined

const servers = {
  uws(events) {
    const uws = loadUws()
    const app = uws.App().ws('/*', {
      maxPayloadLength: 25 * 1024 * 1024,
      maxBackpressure: 0,
      idleTimeout: 120,
      upgrade: (response, request, context) =>
        response.upgrade(
          // The engine lends the socket the keys of this object, so they must not be its own.
          { client: {} },
          request.getHeader('sec-websocket-key'),
          '',
          request.getHeader('sec-websocket-extensions'),
          context,
        ),
      open: (socket) => {
        events.opened({
          data: socket.getUserData().client,
          send: (text) => socket.send(text, false, false),
          subscribe: (topic) => socket.subscribe(topic),
        })
      },
      message: (socket, message) => events.received(socket.getUserData().client, Buffer.from(message).toString()),
    })
    return new Promise((resolve) => {
      app.listen('127.0.0.1', 0, (token) => {
        resolve({ port: uws.us_socket_local_port(token), publish: (topic, text) => app.publish(topic, text, false) })
      })
    })
  },

  async ws(events) {
    const { WebSocketServer } = await import('ws')
    const subscribers = new Set()
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: false,
      maxPayload: 25 * 1024 * 1024,
    })
    server.on('connection', (socket) => {
      const data = {}
      socket.on('message', (message) => events.received(data, message.toString()))
      socket.on('close', () => subscribers.delete(socket))
      socket.on('error', () => socket.terminate())
      events.opened({ data, send: (text) => socket.send(text), subscribe: () => subscribers.add(socket) })
    })
    await new Promise((resolve) => server.on('listening', resolve))
    const publish = (_topic, text) => {
      const bytes = Buffer.from(text)
      for (const socket of subscribers) socket.send(bytes, { binary: false })
    }
    return { port: server.address().port, publish }
  },
}

/** Starts a bare server. `events`: `opened({ data, send, subscribe })` and `received(data, text)`. */
export function listen(engine, events) {
  return servers[engine](events)
}
