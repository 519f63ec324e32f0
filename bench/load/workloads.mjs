import { cpuOf } from '../process-facts.mjs'
import { createDevice } from './device.mjs'
import { Session } from './session.mjs'
import { frameOf } from './socket.mjs'

/** `{"type":"res","id":"` */
const ID_AT = 20
const ID_DIGITS = 6
const RESPONSE = 's'.charCodeAt(0)

/**
 * Keeps `inFlight` requests under way on every session for `seconds`. `requests` is a list of [method, params]; each
 * slot sends them in turn. `{slot}` in params becomes the number of the slot.
 */
export async function rpc(sessions, { inFlight, requests, seconds, warmUpSeconds, pid }) {
  const slots = sessions.length * inFlight
  const frames = Array.from({ length: slots }, (_, slot) => framesOf(slot, requests))
  const turns = new Uint32Array(slots)
  const sentAt = new Float64Array(slots)
  const latencies = []
  let isMeasuring = false
  let isOver = false
  let failures = 0
  let pending = 0
  let done = 0
  const finished = withResolvers()

  const next = (slot) => {
    const choice = frames[slot]
    const frame = choice[turns[slot]++ % choice.length]
    sentAt[slot] = performance.now()
    pending++
    return frame
  }

  sessions.forEach((session, at) => {
    let outgoing = []
    session.onText = (bytes, start) => {
      // `{"type":"res"` and not `{"type":"event"`
      if (bytes[start + 11] !== RESPONSE) return
      let slot = 0
      for (let digit = 0; digit < ID_DIGITS; digit++) slot = slot * 10 + bytes[start + ID_AT + digit] - 48
      if (bytes[start + ID_AT + ID_DIGITS + 7] !== 116) failures++
      pending--
      done++
      if (isMeasuring) latencies.push(performance.now() - sentAt[slot])
      if (!isOver) outgoing.push(next(slot))
      else if (pending === 0) finished.resolve()
    }
    session.onTurn = () => {
      if (outgoing.length === 0) return
      session.socket.write(outgoing.length === 1 ? outgoing[0] : Buffer.concat(outgoing))
      outgoing = []
    }
    const first = Array.from({ length: inFlight }, (_, k) => next(at * inFlight + k))
    session.socket.write(Buffer.concat(first))
  })

  await sleep(warmUpSeconds * 1000)
  const cpuBefore = cpuOf(pid)
  const doneBefore = done
  const startedAt = performance.now()
  isMeasuring = true
  await sleep(seconds * 1000)
  isMeasuring = false
  const cpu = cpuOf(pid) - cpuBefore
  const operations = done - doneBefore
  const elapsed = performance.now() - startedAt
  isOver = true
  await finished.promise
  if (failures > 0) throw new Error(`${failures} requests were refused`)
  return summary(operations, cpu, elapsed, latencies)
}

function framesOf(slot, requests) {
  const id = String(slot).padStart(ID_DIGITS, '0')
  return requests.map(([method, params]) => {
    const given = params === undefined ? '' : `,"params":${JSON.stringify(params).replaceAll('{slot}', String(slot))}`
    return frameOf(`{"type":"req","id":"${id}","method":"${method}"${given}}`)
  })
}

/** Connects, proves a device, is greeted, and leaves; `atOnce` at a time. */
export async function handshakes(target, { seconds, warmUpSeconds, atOnce, pid }) {
  const devices = Array.from({ length: 256 }, createDevice)
  const latencies = []
  let done = 0
  let isMeasuring = false
  let isOver = false
  let helloBytes = 0
  const visitors = Array.from({ length: atOnce }, async () => {
    while (!isOver) {
      const startedAt = performance.now()
      const session = await Session.open(target, devices[done % devices.length])
      helloBytes = session.helloBytes
      session.cut()
      done++
      if (isMeasuring) latencies.push(performance.now() - startedAt)
    }
  })
  await sleep(warmUpSeconds * 1000)
  const cpuBefore = cpuOf(pid)
  const doneBefore = done
  const startedAt = performance.now()
  isMeasuring = true
  await sleep(seconds * 1000)
  isMeasuring = false
  const cpu = cpuOf(pid) - cpuBefore
  const operations = done - doneBefore
  const elapsed = performance.now() - startedAt
  isOver = true
  await Promise.all(visitors)
  return { ...summary(operations, cpu, elapsed, latencies), helloBytes }
}

/** Sends `request` on the first session and waits until every session saw a message that holds `last`. */
export async function fanOut(sessions, { request, last, pid }) {
  const mark = Buffer.from(last)
  let left = sessions.length
  let received = 0
  const finished = withResolvers()
  for (const session of sessions) {
    session.onText = (bytes, start, end) => {
      received += end - start
      const at = bytes.indexOf(mark, start)
      if (at === -1 || at >= end) return
      session.onText = () => undefined
      left--
      if (left === 0) finished.resolve()
    }
  }
  const cpuBefore = cpuOf(pid)
  const startedAt = performance.now()
  sessions[0].send(request)
  await Promise.race([finished.promise, sleep(60_000)])
  const elapsed = performance.now() - startedAt
  // What follows the last message, such as storing the end, belongs to the next thing measured on neither side.
  const cpu = cpuOf(pid) - cpuBefore
  const lost = sessions.filter((session) => session.isClosed).length
  if (left > 0) throw new Error(`${left} of ${sessions.length} connections missed the end, ${lost} were closed`)
  return { cpu, elapsed, received }
}

/** Every message that one session gets from `request` until a message holds `last`. */
export async function record(session, { request, last }) {
  const texts = []
  const finished = withResolvers()
  session.onText = (bytes, start, end) => {
    const text = bytes.toString('utf8', start, end)
    texts.push(text)
    if (text.includes(last)) finished.resolve()
  }
  session.send(request)
  await finished.promise
  session.onText = () => undefined
  return texts
}

/** Starts `count` runs at once on one session and waits until all have had their final response. */
export async function runs(session, { count, name, pid }) {
  const startedAt = new Map()
  const latencies = []
  let failure
  const finished = withResolvers()
  session.onText = (bytes, start, end) => {
    if (bytes[start + 11] !== RESPONSE) return
    const frame = JSON.parse(bytes.toString('utf8', start, end))
    if (frame.ok && frame.payload?.status === 'accepted') return
    if (!frame.ok) failure = JSON.stringify(frame.error)
    latencies.push(performance.now() - startedAt.get(frame.id))
    if (latencies.length === count) finished.resolve()
  }
  const frames = []
  for (let at = 0; at < count; at++) {
    const id = `${name}-${at}`
    const params = { message: 'Tell me a story', sessionKey: `agent:main:${id}`, idempotencyKey: id }
    frames.push(frameOf(JSON.stringify({ type: 'req', id, method: 'agent', params })))
    startedAt.set(id, performance.now())
  }
  const cpuBefore = cpuOf(pid)
  const begun = performance.now()
  session.socket.write(Buffer.concat(frames))
  await finished.promise
  const cpu = cpuOf(pid) - cpuBefore
  if (failure !== undefined) throw new Error(`a run failed: ${failure}`)
  return summary(count, cpu, performance.now() - begun, latencies)
}

/** One request, answered. */
export async function call(session, { method, params }) {
  const texts = await record(session, {
    request: JSON.stringify({ type: 'req', id: 'call', method, ...(params === undefined ? {} : { params }) }),
    last: '{"type":"res","id":"call"',
  })
  const frame = JSON.parse(texts.at(-1))
  if (!frame.ok) throw new Error(`${method}: ${frame.error.message}`)
  return frame.payload
}

/** Many requests, all answered with ok. */
export async function callAll(session, { method, list }) {
  let left = list.length
  let failure
  const finished = withResolvers()
  session.onText = (bytes, start, end) => {
    if (bytes[start + 11] !== RESPONSE) return
    const text = bytes.toString('utf8', start, end)
    if (!text.includes('"ok":true')) failure = text
    left--
    if (left === 0) finished.resolve()
  }
  for (const [at, params] of list.entries()) {
    session.send(JSON.stringify({ type: 'req', id: `fill-${at}`, method, params }))
  }
  await finished.promise
  session.onText = () => undefined
  if (failure !== undefined) throw new Error(`${method}: ${failure.slice(0, 300)}`)
}

export function summary(operations, cpu, elapsed, latencies) {
  latencies.sort((a, b) => a - b)
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    operations,
    cpuUs: cpu / operations,
    perSecond: (operations / elapsed) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function withResolvers() {
  const parts = {}
  parts.promise = new Promise((resolve, reject) => {
    parts.resolve = resolve
    parts.reject = reject
  })
  return parts
}
