/*
 * Runs in a process of its own: `raw PORT` listens with the bare engine as it does by default, sharing the port;
 * `adapter PORT` listens with our transport; `work` serves a bit of everything. It says one word, stops when its
 * input ends, and then has to come to an end by itself.
 */

import { once } from 'node:events'
import { get } from 'node:http'
import { loadUws } from '../../../src/adapters/transport-uws/uws-binding.js'
import { UwsTransport } from '../../../src/adapters/transport-uws/uws-transport.js'
import { ListenFailure, type TransportEvents } from '../../../src/application/ports/transport.js'

const { engine } = loadUws()
if (engine === undefined) throw new Error('no engine')

const [mode, port] = process.argv.slice(2)
const stop = mode === 'raw' ? shareRaw(Number(port)) : await listen(Number(port ?? 0))
process.stdin.resume()
await once(process.stdin, 'end')
await stop()

function shareRaw(at: number): () => Promise<void> {
  const app = engine!.native.App().any('/*', (response) => {
    response.end('stolen')
  })
  app.listen('127.0.0.1', at, 0, (token) => say(token === false ? 'refused' : 'listening'))
  return async () => {
    app.close()
  }
}

async function listen(at: number): Promise<() => Promise<void>> {
  try {
    const listener = await new UwsTransport(engine!).listen([{ host: '127.0.0.1', port: at }])
    listener.serve(events)
    if (mode === 'work') await work(listener.endpoints[0]?.port ?? 0)
    say('listening')
    return () => listener.stop()
  } catch (thrown) {
    say(thrown instanceof ListenFailure ? thrown.code : String(thrown))
    return async () => undefined
  }
}

const events: TransportEvents = {
  fetch: async ({ url }) => {
    await turn()
    if (url.endsWith('/big')) return new Response('x'.repeat(3_000_000))
    if (url.endsWith('/empty')) return new Response(null, { status: 204 })
    if (url.endsWith('/stream')) return new Response(parts(), { headers: { 'content-type': 'text/event-stream' } })
    return new Response('small')
  },
  admit: () => 'accept',
  opened: (connection) => void connection.send('hello'),
  received: async (connection, data) => {
    await turn()
    connection.send(data)
    connection.close({ code: 1000, reason: '' })
  },
  drained: () => undefined,
  closed: () => undefined,
}

function parts(): ReadableStream<Uint8Array> {
  let left = 3
  return new ReadableStream({
    pull: async (controller) => {
      await turn()
      if (left-- === 0) controller.close()
      else controller.enqueue(new Uint8Array(100_000))
    },
  })
}

async function work(at: number): Promise<void> {
  for (const path of ['/small', '/big', '/empty', '/stream']) {
    const [response] = await once(get({ host: '127.0.0.1', port: at, path, agent: false }), 'response')
    response.resume()
    await once(response, 'end')
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

function say(word: string): void {
  process.stdout.write(`${word}\n`)
}
