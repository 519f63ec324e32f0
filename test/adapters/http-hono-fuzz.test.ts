import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { step } from '../../src/adapters/runner-scripted/script-step.js'
import { ApiFuzz, FUZZ_CONFIG } from '../doubles/api-fuzz.js'
import type { ApiRequest } from '../doubles/api-requests.js'
import { HTTP_TOKEN, HttpGateway, httpEngines } from '../doubles/http-gateway.js'

const REQUESTS = 500
const INJECTED = 100
const AT_ONCE = 8
const SEED = Number(process.env.STRESS_SEED ?? 7)

const { engines, missing } = httpEngines()
if (missing !== null) it.skip(`uws does not load here: ${missing}`, () => undefined)

describe.each(engines)('requests made up from the OpenAPI document, over %s', (engine) => {
  const fuzz = new ApiFuzz({ token: HTTP_TOKEN }, SEED)
  let gateway: HttpGateway

  beforeEach(async () => {
    gateway = await HttpGateway.start(engine, { config: FUZZ_CONFIG })
  })
  afterEach(async () => {
    fuzz.hangUp()
    await gateway.stop()
  })

  /** Plays so many of them; gives what was wrong, and how often each status came to each operation. */
  async function play(count: number, first: number, mayFail: boolean) {
    const troubles: string[] = []
    const statuses = new Map<string, number>()
    let next = first
    const worker = async () => {
      while (next < first + count) {
        const index = next++
        const request = fuzz.request(index)
        const { status, trouble } = await fuzz.play(gateway.url, request, mayFail)
        const key = `${request.operation} ${status}`
        statuses.set(key, (statuses.get(key) ?? 0) + 1)
        if (trouble !== null) troubles.push(`case ${index} of seed ${SEED}: ${trouble}; ${told(request)}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    return { troubles, statuses }
  }

  it('are answered as it says, and never by a failure of ours', async () => {
    const { troubles, statuses } = await play(REQUESTS, 0, false)
    expect(troubles).toEqual([])
    const answered = [...statuses.keys()].filter((key) => / 20[024]$/.test(key)).map((key) => key.replace(/ \d+$/, ''))
    expect(new Set(answered).size, `operations that were ever answered: ${answered.join(', ')}`).toBeGreaterThan(9)
    expect(gateway.runner.underWay).toBe(0)
  })

  it('get the failures of models told, and no others', async () => {
    gateway.runner.otherwise([step.text('half an '), step.fail('overloaded')])
    const { troubles, statuses } = await play(INJECTED, REQUESTS, true)
    expect(troubles).toEqual([])
    const failed = [...statuses.keys()].filter((key) => / 5\d\d$/.test(key)).map((key) => key.replace(/ \d+$/, ''))
    expect(failed.filter((key) => !/^POST \/v1\/(chat\/completions|responses)$/.test(key))).toEqual([])
    expect(gateway.runner.underWay).toBe(0)
  })
})

function told({ method, target, headers, body }: ApiRequest): string {
  return JSON.stringify({ method, target, headers, body: String(body).slice(0, 500) })
}
