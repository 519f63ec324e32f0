import { connect, type Socket } from 'node:net'
import { describe } from 'vitest'
import { SeededRandom } from '../contracts/transport/seeded-random.js'
import { crowd } from './harness/crowd.js'
import { type FuzzedExchange, fuzzedExchange } from './harness/fuzzed-requests.js'
import { completeAnswers, statusesIn } from './harness/http-answers.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { onlyCase, seed } from './harness/seed.js'

const MIB = 1024 * 1024
const CASES = 10_000
const WARM_UP_CASES = 1_500
const AT_ONCE = 64
/** For an answer that has to come. */
const PATIENCE_MS = 15_000
/** A request that means nothing is given this long before its client hangs up; nobody owes it an answer. */
const CURIOSITY_MS = 60
/** Failures of ours. Whatever a client sends is its own fault. */
const OUR_FAULT = new Set([500, 502, 503, 504])

describe('fuzzed HTTP requests', () => {
  scenario({
    name: `${CASES} HTTP requests by a fuzzer`,
    warmUp: async (gateway) => {
      await crowd(WARM_UP_CASES, AT_ONCE, async (index) => void (await play(gateway, CASES + index)))
    },
    load: async (gateway) => {
      if (onlyCase !== undefined) return { [`case ${onlyCase}`]: await play(gateway, onlyCase) }
      const outcomes = new Map<string, number>()
      await crowd(CASES, AT_ONCE, async (index) => {
        for (const outcome of (await play(gateway, index)).split(' ')) {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        }
      })
      const told = [...outcomes].sort(([one], [other]) => one.localeCompare(other))
      return { seed: `${seed}`, 'answered with': told.map(([status, count]) => `${status}: ${count}`).join(', ') }
    },
    allowed: { heapBytes: 6 * MIB, residentBytes: 60 * MIB },
    peakBytes: 200 * MIB,
  })
})

/** Plays the case with this number; gives the statuses that came. Rejects when the gateway behaved wrongly. */
async function play(gateway: ProbedGateway, index: number): Promise<string> {
  const random = new SeededRandom(seed * 1_000_003 + index)
  const exchange = fuzzedExchange(random)
  const story = `case ${index} of seed ${seed}`
  const visitor = new Visitor(gateway.port)
  try {
    await visitor.say(exchange.bytes, random)
    if (exchange.expected === null) await visitor.loseInterest()
    else await visitor.waitFor(exchange, gateway.engine !== 'ws')
    return judge(visitor, exchange, gateway.engine !== 'ws')
  } catch (thrown) {
    const said = JSON.stringify(exchange.bytes.toString('latin1').slice(0, 600))
    throw new Error(`${story}: ${(thrown as Error).message}\nsaid: ${said}\nheard: ${visitor.heard.slice(0, 600)}`)
  } finally {
    visitor.socket.resetAndDestroy()
  }
}

/** @param mayRefuse requests that come before the last one was answered may end the connection, and do not get mixed up */
function judge({ heard }: Visitor, { expected }: FuzzedExchange, mayRefuse: boolean): string {
  const statuses = statusesIn(heard)
  if (statuses === null) throw new Error('the answer is not HTTP')
  const fault = statuses.find((status) => OUR_FAULT.has(status))
  if (fault !== undefined) throw new Error(`answered with ${fault}`)
  if (expected !== null) {
    const isOne = expected.length === 1
    const wanted = mayRefuse && !isOne ? expected.slice(0, statuses.length) : expected
    if (statuses.join() !== wanted.join()) throw new Error(`answered with ${statuses}, not with ${expected}`)
  }
  return statuses.join(' ') || 'nothing'
}

/** A client that says what it likes and keeps what it hears. */
class Visitor {
  readonly socket: Socket
  heard = ''
  #isGone = false
  #wake: () => void = () => undefined

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.heard += text
      this.#wake()
    })
    this.socket.on('error', () => this.socket.destroy())
    this.socket.on('close', () => {
      this.#isGone = true
      this.#wake()
    })
  }

  /** In one piece, or in a few as they come. */
  async say(bytes: Buffer, random: SeededRandom): Promise<void> {
    let at = 0
    while (random.chance(0.3) && at < bytes.length && this.socket.writable) {
      const next = random.between(at, bytes.length)
      this.socket.write(bytes.subarray(at, next))
      at = next
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (this.socket.writable) this.socket.write(bytes.subarray(at))
  }

  /** Until everything asked for is there, or the connection is gone where that is allowed. */
  async waitFor({ methods }: FuzzedExchange, mayRefuse: boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (completeAnswers(this.heard, methods) < methods.length) {
      if (this.#isGone && mayRefuse && methods.length > 1) return
      if (this.#isGone) throw new Error('the connection ended before all was answered')
      if (Date.now() > deadline) throw new Error(`not answered within ${PATIENCE_MS} ms`)
      await this.#something(deadline - Date.now())
    }
  }

  /** Hangs up after a moment and waits until the other side does too. */
  async loseInterest(): Promise<void> {
    const curiousUntil = Date.now() + CURIOSITY_MS
    while (!this.#isGone && this.heard === '' && Date.now() < curiousUntil) await this.#something(CURIOSITY_MS)
    this.socket.end()
    const deadline = Date.now() + PATIENCE_MS
    while (!this.#isGone) {
      if (Date.now() > deadline) throw new Error(`kept although the client hung up ${PATIENCE_MS} ms ago`)
      await this.#something(deadline - Date.now())
    }
  }

  #something(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs + 1)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
