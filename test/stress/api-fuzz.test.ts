import { describe } from 'vitest'
import { ApiFuzz, FUZZ_CONFIG } from '../doubles/api-fuzz.js'
import { crowd } from './harness/crowd.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { onlyCase, seed } from './harness/seed.js'

const MIB = 1024 * 1024
const CASES = 20_000
const WARM_UP_CASES = 3_000
const AT_ONCE = 32

describe('requests made up from the OpenAPI document', () => {
  scenario({
    name: `${CASES} requests of the HTTP API by a fuzzer`,
    config: FUZZ_CONFIG,
    warmUp: async (gateway) => {
      const fuzz = fuzzOf(gateway)
      await crowd(WARM_UP_CASES, AT_ONCE, async (index) => void (await play(gateway, fuzz, CASES + index)))
      fuzz.hangUp()
    },
    load: async (gateway) => {
      const fuzz = fuzzOf(gateway)
      if (onlyCase !== undefined) return { [`case ${onlyCase}`]: `${await play(gateway, fuzz, onlyCase)}` }
      const outcomes = new Map<number, number>()
      await crowd(CASES, AT_ONCE, async (index) => {
        const status = await play(gateway, fuzz, index)
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
      })
      fuzz.hangUp()
      const told = [...outcomes].sort(([one], [other]) => one - other)
      return { seed: `${seed}`, 'answered with': told.map(([status, count]) => `${status}: ${count}`).join(', ') }
    },
    // What agents were asked stays: about 1,500 new sessions and their runs. Requests that ask none leave nothing.
    allowed: { heapBytes: 24 * MIB, residentBytes: 90 * MIB },
    peakBytes: 400 * MIB,
    patienceMs: 300_000,
  })
})

function fuzzOf({ token }: ProbedGateway): ApiFuzz {
  return new ApiFuzz({ token }, seed)
}

/** Plays the case with this number; gives the status that came. Rejects when the gateway behaved wrongly. */
async function play(gateway: ProbedGateway, fuzz: ApiFuzz, index: number): Promise<number> {
  const request = fuzz.request(index)
  const story = () => `case ${index} of seed ${seed}: ${JSON.stringify(request).slice(0, 1000)}`
  try {
    const { status, trouble } = await fuzz.play(`http://127.0.0.1:${gateway.port}`, request)
    if (trouble !== null) throw new Error(trouble)
    return status
  } catch (thrown) {
    throw new Error(`${(thrown as Error).message}\n${story()}`, { cause: thrown })
  }
}
