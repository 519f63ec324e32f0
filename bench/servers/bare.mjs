/*
 * What the gateway is compared with: the least that answers the same messages on the same engine. It parses JSON,
 * answers from memory through JSON.stringify, verifies the same signature at `connect`, publishes the same frames, and
 * copies a model's stream to the socket. It checks, stores, orders and logs nothing.
 */
import { createPublicKey, randomUUID, verify } from 'node:crypto'
import { Agent, request } from 'node:http'
import { listen } from './engines.mjs'

const engine = process.argv[2]
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')
const TOPIC = 'everyone'

const agent = new Agent({ keepAlive: true })
let answers = {}
let hello = { type: 'hello-ok', protocol: 3 }
let burst = []
let burstTurns = 1
let upstream

const methods = {
  'sessions.patch': (client, id, { key, ...changes }) => {
    const entry = Object.assign(sessions.get(key) ?? {}, changes)
    sessions.set(key, entry)
    answer(client, id, { ok: true, key, entry: { ...answers['sessions.patch']?.entry, ...entry } })
  },
  'chat.send': (client, id) => {
    answer(client, id, { runId: id, status: 'started' })
    publishBurst(0)
  },
  agent: (client, id, params) => proxy(client, id, params),
}
const sessions = new Map()

const server = await listen(engine, {
  opened(client) {
    const nonce = randomUUID()
    Object.assign(client.data, { nonce, send: client.send, subscribe: client.subscribe })
    client.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce, ts: Date.now() } }))
  },
  received(client, text) {
    const { id, method, params } = JSON.parse(text)
    if (method === 'connect') letIn(client, id, params)
    else if (methods[method] === undefined) answer(client, id, answers[method])
    else methods[method](client, id, params)
  },
})

function answer(client, id, payload) {
  client.send(JSON.stringify({ type: 'res', id, ok: true, payload }))
}

function letIn(client, id, { device, client: about, role, scopes, auth }) {
  const facts = [
    'v2',
    device.id,
    about.id,
    about.mode,
    role,
    scopes.join(','),
    device.signedAt,
    auth.token,
    client.nonce,
  ]
  const key = createPublicKey({
    key: Buffer.concat([SPKI_ED25519, Buffer.from(device.publicKey, 'base64url')]),
    format: 'der',
    type: 'spki',
  })
  const isProven = verify(null, Buffer.from(facts.join('|')), key, Buffer.from(device.signature, 'base64url'))
  if (!isProven) throw new Error('the signature does not fit')
  client.subscribe(TOPIC)
  answer(client, id, hello)
}

function publishBurst(turn) {
  const size = Math.ceil(burst.length / burstTurns)
  for (const text of burst.slice(turn * size, (turn + 1) * size)) server.publish(TOPIC, text)
  if (turn + 1 < burstTurns) setImmediate(publishBurst, turn + 1)
}

function proxy(client, id, { message }) {
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: message }] })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none' }
  const outgoing = request(upstream, { method: 'POST', agent, headers })
  outgoing.on('response', (incoming) => {
    incoming.setEncoding('utf8')
    incoming.on('data', (text) => client.send(text))
    incoming.on('end', () => answer(client, id, { status: 'ok' }))
  })
  outgoing.end(body)
}

process.on('message', (told) => {
  if (told.answers !== undefined) answers = { ...answers, ...told.answers }
  if (told.hello !== undefined) hello = told.hello
  if (told.burst !== undefined) {
    burst = told.burst
    burstTurns = told.burstTurns
  }
  if (told.upstream !== undefined) upstream = told.upstream
  process.send?.({ isTold: true })
})
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
process.send?.({ port: server.port })
