/*
 * A well-behaved client in a process of its own, so that what it measures is not the load generator's own slowness: one
 * lasting connection that asks `health`, and a new connection for each `GET /healthz`. Asked to stop, it tells how long
 * answers took and what went wrong.
 */
import { get } from 'node:http'
import { WebSocket } from 'ws'

const [port, token] = process.argv.slice(2)
const PAUSE_MS = 25
/** Without an answer for this long, a request counts as never answered. */
const PATIENCE_MS = 20_000
const client = { id: 'test', version: '1', platform: 'linux', mode: 'cli' }
const params = { minProtocol: 3, maxProtocol: 3, client, role: 'operator', scopes: [], auth: { token } }

const calls = { count: 0, slowestMs: 0 }
const requests = { count: 0, slowestMs: 0 }
const troubles = []
const waiting = new Map()
let isStopping = false
let lastId = 0

const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
socket.on('error', (error) => troubles.push(`socket: ${error.message}`))
socket.on('close', (code, reason) => {
  if (!isStopping) troubles.push(`closed with ${code} ${reason}`)
})
socket.on('message', (data) => {
  const frame = JSON.parse(String(data))
  if (frame.event === 'connect.challenge') {
    socket.send(JSON.stringify({ type: 'req', id: 'connect', method: 'connect', params }))
  } else if (frame.id === 'connect') {
    if (frame.ok !== true) troubles.push(`not let in: ${frame.error?.message}`)
    process.send('ready')
    void repeat(calls, call)
    void repeat(requests, request)
  } else if (frame.type === 'res') {
    waiting.get(frame.id)?.(frame.ok === true ? null : `health answered ${JSON.stringify(frame.error)}`)
    waiting.delete(frame.id)
  }
})

/** Resolves with what is wrong about the answer, or null. */
function call() {
  const id = `${++lastId}`
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    socket.send(JSON.stringify({ type: 'req', id, method: 'health' }))
  })
}

function request() {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (answer) => {
      answer.on('error', (error) => resolve(`GET /healthz: ${error.message}`))
      answer.on('end', () => resolve(answer.statusCode === 200 ? null : `GET /healthz: ${answer.statusCode}`)).resume()
    }).on('error', (error) => resolve(`GET /healthz: ${error.message}`))
  })
}

async function repeat(tally, ask) {
  while (!isStopping) {
    const begun = performance.now()
    const unanswered = setTimeout(() => troubles.push(`no answer within ${PATIENCE_MS} ms`), PATIENCE_MS)
    const trouble = await ask()
    clearTimeout(unanswered)
    if (trouble !== null && troubles.length < 20) troubles.push(trouble)
    tally.count++
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  tally.hasStopped = true
  if (calls.hasStopped && requests.hasStopped) process.send({ calls, requests, troubles }, () => process.exit())
}

process.on('message', () => {
  isStopping = true
})
process.on('disconnect', () => process.exit())
