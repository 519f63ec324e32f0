import { describe } from 'vitest'
import { SeededRandom } from '../contracts/transport/seeded-random.js'
import { crowd } from './harness/crowd.js'
import { hostileOpening } from './harness/hostile-frames.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { onlyCase, seed } from './harness/seed.js'
import { WireClient } from './harness/wire-client.js'

const MIB = 1024 * 1024
const CASES = 10_000
const WARM_UP_CASES = 1_500
const AT_ONCE = 64
const PATIENCE_MS = 15_000
/** What a first message may be answered with; null is a connection that ends without a word. */
const ENDINGS: ReadonlySet<number | null> = new Set([null, 1000, 1002, 1003, 1005, 1007, 1008, 1009])

describe('hostile first frames', () => {
  scenario({
    name: `${CASES} malformed or hostile first frames`,
    warmUp: async (gateway) => {
      await crowd(WARM_UP_CASES, AT_ONCE, async (index) => void (await play(gateway, CASES + index)))
    },
    load: async (gateway) => {
      if (onlyCase !== undefined) return { [`case ${onlyCase}`]: `${await play(gateway, onlyCase)}` }
      const endings = new Map<string, number>()
      await crowd(CASES, AT_ONCE, async (index) => {
        const ending = `${(await play(gateway, index)) ?? 'cut'}`
        endings.set(ending, (endings.get(ending) ?? 0) + 1)
      })
      const told = [...endings].sort(([one], [other]) => one.localeCompare(other))
      return { seed: `${seed}`, 'ended with': told.map(([code, count]) => `${code}: ${count}`).join(', ') }
    },
    allowed: { heapBytes: 6 * MIB, residentBytes: 150 * MIB },
    peakBytes: 500 * MIB,
  })
})

/** Plays the case with this number to its end; gives the close code. Rejects when the gateway behaved wrongly. */
async function play({ port }: ProbedGateway, index: number): Promise<number | null> {
  const random = new SeededRandom(seed * 1_000_003 + index)
  const { kind, bytes, isFatal } = hostileOpening(random)
  const client = new WireClient(port)
  const late = setTimeout(() => client.vanish(), PATIENCE_MS)
  await client.challenge()
  await say(client, bytes, random)
  if (!isFatal) client.socket.end()
  const { code } = await client.ended
  const isLate = client.hasVanished
  clearTimeout(late)
  const story = `case ${index} of seed ${seed} (${kind})`
  if (isLate) throw new Error(`${story}: still connected after ${PATIENCE_MS} ms`)
  if (!ENDINGS.has(code)) throw new Error(`${story}: ended with ${code}`)
  const hello = client.heard.find((heard) => heard.includes('"ok":true'))
  if (hello !== undefined) throw new Error(`${story}: was let in: ${hello}`)
  return code
}

/** In one piece, or in a few as they come. */
async function say(client: WireClient, bytes: Uint8Array, random: SeededRandom): Promise<void> {
  let at = 0
  while (random.chance(0.3) && at < bytes.length) {
    const next = random.between(at, bytes.length)
    client.socket.write(bytes.subarray(at, next))
    at = next
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (client.socket.writable) client.socket.write(bytes.subarray(at))
}
