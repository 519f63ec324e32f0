import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe } from 'vitest'
import { SeededRandom } from '../contracts/transport/seeded-random.js'
import { crowd } from './harness/crowd.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { seed } from './harness/seed.js'
import { WireClient } from './harness/wire-client.js'

const MIB = 1024 * 1024
const CLIENTS = 200
const LOOP_MS = Number(process.env.STRESS_LOOP_MS ?? 60_000)
/** Clients that are gone leave rows, answers and sessions behind, which are bounded in number; these fill up early. */
const WARM_UP_MS = 5_000
const SESSIONS = 20

describe('clients that connect and vanish', () => {
  scenario({
    name: `${CLIENTS} clients that connect and vanish, in a loop`,
    warmUp: async (gateway) => {
      await comeAndGo(gateway, WARM_UP_MS)
    },
    load: async (gateway) => {
      const visits = await comeAndGo(gateway, LOOP_MS)
      return { visits: `${visits}` }
    },
    allowed: { heapBytes: 8 * MIB, residentBytes: 100 * MIB },
    peakBytes: 250 * MIB,
  })
})

async function comeAndGo(gateway: ProbedGateway, durationMs: number): Promise<number> {
  const deadline = Date.now() + durationMs
  let visits = 0
  await crowd(CLIENTS, CLIENTS, async (index) => {
    const random = new SeededRandom(seed + index)
    while (Date.now() < deadline) {
      await VISITS[drawn(random)]!(gateway, random)
      visits++
    }
  })
  return visits
}

type Visit = (gateway: ProbedGateway, random: SeededRandom) => Promise<void>

/** Ways to be there for a moment. Nobody says goodbye but the last. */
const VISITS: readonly Visit[] = [
  async function knocks({ port }) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.resetAndDestroy()
  },
  async function leavesWithinARequest({ port }, random) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    const request = 'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbody'
    socket.write(request.slice(0, random.between(1, request.length)))
    await flushed()
    socket.resetAndDestroy()
  },
  async function leavesBeforeTheAnswer({ port }) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3))
    await flushed()
    socket.resetAndDestroy()
  },
  async function leavesAtTheChallenge({ port }) {
    const client = new WireClient(port)
    await client.challenge()
    client.vanish()
  },
  async function leavesWhenInside({ port, token }, random) {
    const client = new WireClient(port)
    await client.enter(token, `visitor-${random.between(1, 1000)}`)
    client.vanish()
  },
  async function leavesWithQuestionsOpen({ port, token }, random) {
    const client = new WireClient(port)
    await client.enter(token, `visitor-${random.between(1, 1000)}`)
    for (const method of ['health', 'system-presence', 'sessions.list', 'status', 'no.such']) client.request(method, {})
    if (random.chance(0.1)) client.request('agent', order(random))
    await pause(random.between(0, 3))
    client.vanish()
  },
  async function isPolite({ port, token }, random) {
    const client = new WireClient(port)
    await client.enter(token, `visitor-${random.between(1, 1000)}`)
    client.request('health', {})
    await client.hear(2)
    client.close()
    await client.ended
  },
]
const WEIGHTS = [1, 1, 1, 2, 3, 2, 0.3]

function drawn(random: SeededRandom): number {
  let rest = random.next() * WEIGHTS.reduce((sum, weight) => sum + weight, 0)
  return Math.max(
    0,
    WEIGHTS.findIndex((weight) => {
      rest -= weight
      return rest < 0
    }),
  )
}

function order(random: SeededRandom) {
  const session = random.between(1, SESSIONS)
  const key = `run-${Math.floor(random.next() * 1e9)}`
  return { message: 'is anybody there?', idempotencyKey: key, sessionKey: `agent:main:visitor-${session}` }
}

/** What was written has left for the system. */
function flushed(): Promise<void> {
  return pause(1)
}
