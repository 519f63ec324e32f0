import { createFullHome, fullKey, ROWS } from '../full-home.mjs'
import { residentOf } from '../process-facts.mjs'
import { startGateway, startLoad } from '../processes.mjs'
import { compare } from '../rounds.mjs'

const TURNS = 20
const AT_ONCE = 32
const WARM_UP_RUNS = 400
const SETTLE_MS = 3000

const MANY = 10_000
const FEW = ROWS
const ENTRIES = 1000
const TURNS_OF_READING = 100
const STARTS = 400
const STARTS_AT_ONCE = 4
/** Connections, and requests under way on each; all together ask for as many sessions at once as the small store has. */
const READERS = { connections: 10, inFlight: 10 }

/** Conversations through the echo model: many at once, and what thousands of long ones cost beside a hundred. */
export const conversations = {
  name: 'conversations',
  engines: ['uws', 'ws'],
  // The engine carries the messages and has no part in what is measured here, so one is enough.
  async measure({ cli, engine, engines, rounds, seconds, report }) {
    if (engine !== engines[0]) return
    await manyAtOnce({ cli, engine, count: rounds === 1 ? 100 : 1000, report })
    await manyBesideFew({ cli, engine, rounds, seconds, sessions: rounds === 1 ? 1000 : MANY, report })
  },
}

async function manyAtOnce({ cli, engine, count, report }) {
  const gateway = await startGateway(cli, { engine, config: { agents: { defaults: { maxConcurrent: AT_ONCE } } } })
  const load = startLoad()
  const { name, pid, target } = gateway
  try {
    await load.order('open', { group: 'ours', target, count: 1 })
    await load.order('runs', { group: 'ours', pid, count: WARM_UP_RUNS, name: 'warm-up' })
    await settled()
    const before = residentOf(pid)
    const converse = (name) =>
      load.order('converse', { group: 'ours', pid, conversations: count, messages: TURNS, name })
    const result = await converse('c')
    await settled()
    const afterOnce = residentOf(pid)
    const { peak } = await converse('again')
    await settled()
    // The first time memory grows to what so many at once need, which the process keeps for the next time.
    const perMessage = (bytes) => ({ value: bytes / (count * TURNS) / 1e3 })
    const about = `${count} sessions x ${TURNS} messages, ${AT_ONCE} at once`
    const row = (figure, unit, ours, limit) =>
      report({ figure: `${about}: ${figure}`, engine: name, unit, ours, limit })
    const { cpuUs, perSecond, disorder, firstWait, overtaken } = result
    row('a message', 'us CPU', { cpuUs, perSecond })
    row('RSS, at the peak', 'MB more', { value: (Math.max(result.peak, peak) - before) / 1e6 })
    row('RSS per message, at the peak', 'kB', perMessage(Math.max(result.peak, peak) - before))
    row('RSS per message, growth when all is said again', 'kB', perMessage(residentOf(pid) - afterOnce))
    row('answers out of order', 'answers', { value: disorder }, '0')
    row('transcripts out of order', 'sessions', { value: await disordered(load, count) }, '0')
    row('worst wait for the first answer', 'ms', { value: firstWait.worstMs, ...firstWait })
    // Whoever waits lets each other session go first once at most, however many messages those have waiting.
    row('answers before the first one, median', 'answers', { value: overtaken.median })
    row('answers before the first one, worst', 'answers', { value: overtaken.worst }, `< ${count}`)
  } finally {
    await Promise.all([load.stop(), gateway.stop()])
  }
}

/** In how many sessions the transcript is not each question, in the order asked, with its answer behind it. */
async function disordered(load, count) {
  let found = 0
  for (let line = 0; line < count; line++) {
    const params = { sessionKey: `agent:main:c-${line}`, limit: 1000 }
    const { messages } = await load.order('call', { group: 'ours', method: 'chat.history', params })
    const isInOrder = messages.every(
      ({ role, content }, at) =>
        role === (at % 2 === 0 ? 'user' : 'assistant') &&
        JSON.stringify(content).includes(`question ${at >> 1} of ${line}`),
    )
    if (messages.length !== 2 * TURNS || !isInOrder) found++
  }
  return found
}

async function manyBesideFew({ cli, engine, rounds, seconds, sessions, report }) {
  const sides = []
  const load = startLoad()
  try {
    for (const count of [sessions, FEW]) {
      const home = await createFullHome(cli, { engine, sessions: count, entries: ENTRIES })
      const gateway = await startGateway(cli, { engine, prepared: home })
      sides.push({ gateway, count, group: `of ${count}` })
      await load.order('open', { group: `of ${count}`, target: gateway.target, count: READERS.connections })
    }
    const [many, few] = sides
    const name = many.gateway.name
    const beside = (figure, unit, ours, bare) =>
      report({ figure: `${figure}, ${sessions} beside ${FEW} sessions`, engine: name, unit, ours, bare })

    for (const [figure, requestsOf] of [
      ['sessions.list', () => [['sessions.list', { limit: 50 }]]],
      [`chat.history of the same ${FEW}`, readingAgain],
      ['chat.history, never the same', readingOn],
    ]) {
      const once = ({ gateway, count, group }) =>
        load.order('rpc', {
          group,
          pid: gateway.pid,
          inFlight: READERS.inFlight,
          requests: requestsOf(count),
          seconds,
          warmUpSeconds: Math.min(1, seconds / 2),
        })
      const { ours, bare } = await compare(
        rounds,
        () => once(many),
        () => once(few),
      )
      beside(figure, 'us CPU', ours, bare)
      beside(`${figure}: p99`, 'ms', { value: ours.p99Ms }, { value: bare.p99Ms })
    }

    const start = ({ gateway, count, group }, round) => {
      const keys = Array.from({ length: STARTS }, (_, at) => fullKey(at % FEW, (at + round) % (count / FEW)))
      const details = { group, pid: gateway.pid, keys, atOnce: STARTS_AT_ONCE, name: `start-${round}` }
      return load.order('startEach', details)
    }
    await start(many, rounds)
    await start(few, rounds)
    const { ours, bare } = await compare(
      rounds,
      (round) => start(many, round),
      (round) => start(few, round),
    )
    beside('a run', 'us CPU', ours, bare)
    beside('a run: accepted, p50', 'ms', { value: ours.accepted.p50Ms }, { value: bare.accepted.p50Ms })
    beside('a run: accepted, p99', 'ms', { value: ours.accepted.p99Ms }, { value: bare.accepted.p99Ms })
    beside('a run: final, p50', 'ms', { value: ours.p50Ms }, { value: bare.p50Ms })
    beside('a run: final, p99', 'ms', { value: ours.p99Ms }, { value: bare.p99Ms })
  } finally {
    await Promise.all([load.stop(), ...sides.map(({ gateway }) => gateway.stop())])
  }
}

/** Every slot reads one session over and over: the gateway has the answer ready. */
function readingAgain() {
  return [['chat.history', { sessionKey: fullKey('{slot}', 0), limit: 200 }]]
}

/** Goes through `count` sessions and asks for a few less each time, so that no answer is ready in either store. */
function readingOn(count) {
  return Array.from({ length: TURNS_OF_READING }, (_, turn) => [
    'chat.history',
    { sessionKey: fullKey('{slot}', turn % (count / FEW)), limit: 200 - (turn % 20) },
  ])
}

function settled() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
}
