import { cpuOf, residentOf } from '../process-facts.mjs'
import { frameOf } from './socket.mjs'
import { summary, withResolvers } from './workloads.mjs'

const RESPONSE = 's'.charCodeAt(0)
const WATCH_MS = 50

/**
 * Asks every one of `conversations` all of its `messages` at once, one conversation after the other, and waits for all
 * answers. A first question is overtaken by each answer, of any conversation, between its acceptance and its own answer.
 */
export async function converse(session, { conversations, messages, name, pid }) {
  const lines = Array.from({ length: conversations }, () => ({ answered: 0 }))
  const frames = []
  for (let line = 0; line < conversations; line++) {
    for (let turn = 0; turn < messages; turn++) {
      frames.push(agentFrame(`${name}-${line}-${turn}`, `agent:main:${name}-${line}`, `question ${turn} of ${line}`))
    }
  }
  let answered = 0
  let disorder = 0
  let peak = residentOf(pid)
  const waits = []
  const overtakings = []
  const finished = withResolvers()
  session.onText = onResponse((frame) => {
    const [at, turn] = frame.id.slice(name.length + 1).split('-')
    const line = lines[Number(at)]
    if (frame.ok && frame.payload?.status === 'accepted') {
      if (turn === '0') Object.assign(line, { acceptedAt: performance.now(), ahead: answered })
      return
    }
    if (!frame.ok) return finished.reject(new Error(`a run failed: ${JSON.stringify(frame.error)}`))
    if (line.answered !== Number(turn)) disorder++
    if (turn === '0') {
      waits.push(performance.now() - line.acceptedAt)
      overtakings.push(answered - line.ahead)
    }
    line.answered++
    answered++
    if (answered === frames.length) finished.resolve()
  })
  const watch = setInterval(() => {
    peak = Math.max(peak, residentOf(pid))
  }, WATCH_MS)
  const cpuBefore = cpuOf(pid)
  const begun = performance.now()
  try {
    session.socket.write(Buffer.concat(frames))
    await finished.promise
  } finally {
    clearInterval(watch)
    session.onText = () => undefined
  }
  const { cpuUs, perSecond, p50Ms, p99Ms } = summary(
    frames.length,
    cpuOf(pid) - cpuBefore,
    performance.now() - begun,
    waits,
  )
  overtakings.sort((a, b) => a - b)
  return {
    cpuUs,
    perSecond,
    disorder,
    peak,
    firstWait: { p50Ms, p99Ms, worstMs: waits.at(-1) },
    overtaken: { median: overtakings[overtakings.length >> 1], worst: overtakings.at(-1) },
  }
}

/** Starts a run in the session of each of `keys`, `atOnce` at a time. */
export async function startEach(session, { keys, atOnce, name, pid }) {
  const sentAt = new Map()
  const acceptances = []
  const finals = []
  const finished = withResolvers()
  let begun = 0
  const next = () => {
    const id = `${name}-${begun}`
    const frame = agentFrame(id, keys[begun++], 'Tell me a story')
    sentAt.set(id, performance.now())
    session.socket.write(frame)
  }
  session.onText = onResponse((frame) => {
    const latency = performance.now() - sentAt.get(frame.id)
    if (frame.ok && frame.payload?.status === 'accepted') return acceptances.push(latency)
    if (!frame.ok) return finished.reject(new Error(`a run failed: ${JSON.stringify(frame.error)}`))
    finals.push(latency)
    if (begun < keys.length) next()
    else if (finals.length === keys.length) finished.resolve()
  })
  const cpuBefore = cpuOf(pid)
  const startedAt = performance.now()
  for (let at = 0; at < atOnce; at++) next()
  await finished.promise
  session.onText = () => undefined
  const cpu = cpuOf(pid) - cpuBefore
  const elapsed = performance.now() - startedAt
  const { p50Ms, p99Ms } = summary(keys.length, cpu, elapsed, acceptances)
  return { ...summary(keys.length, cpu, elapsed, finals), accepted: { p50Ms, p99Ms } }
}

function agentFrame(id, sessionKey, message) {
  return frameOf(
    JSON.stringify({ type: 'req', id, method: 'agent', params: { message, sessionKey, idempotencyKey: id } }),
  )
}

/** Events are passed over unread. */
function onResponse(hear) {
  return (bytes, start, end) => {
    if (bytes[start + 11] === RESPONSE) hear(JSON.parse(bytes.toString('utf8', start, end)))
  }
}
