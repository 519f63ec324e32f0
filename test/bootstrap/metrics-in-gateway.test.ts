import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RunnerFailure } from '../../src/application/ports/agent-runner.js'
import { GatewayStage, TOKEN } from '../doubles/gateway-stage.js'

let stage: GatewayStage

beforeEach(async () => {
  stage = await GatewayStage.open()
})

afterEach(() => stage.close())

async function page(): Promise<string> {
  const url = `http://127.0.0.1:${stage.endpoint.port}/metrics`
  const response = await stage.transport.fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })
  expect(response.status).toBe(200)
  return response.text()
}

describe('the figures of a gateway', () => {
  it('tell what clients asked, and do not keep names that somebody made up', async () => {
    const client = await stage.join()
    await client.request('health')
    await client.request('made-up-name')
    const text = await page()
    expect(text).toContain('mayros_clients{role="operator"} 1')
    expect(text).toContain('mayros_rpc_request_duration_seconds_count{method="health"} 1')
    expect(text).toContain('mayros_rpc_request_failures_total{method="unknown"} 1')
    expect(text).not.toContain('made-up-name')
    expect(await page()).toContain('mayros_http_response_duration_seconds_count{route="/metrics",status="2xx"} 1')
  })

  it('tell of runs from their acceptance to their end', async () => {
    const client = await stage.join()
    const order = (id: string) => client.send('agent', { message: id, sessionKey: 'main', idempotencyKey: id })
    const [first, second] = [order('run-1'), order('run-2')]
    await stage.settle()
    const before = await page()
    expect(before).toMatch(/^mayros_runs_running 1$/m)
    expect(before).toMatch(/^mayros_runs_waiting 1$/m)
    expect(before).toMatch(/^mayros_runs_accepted_total 2$/m)
    expect(before).toMatch(/^mayros_runs_started_total 1$/m)

    // Asked again after a while, it is as busy as before.
    stage.runner.onStage = (puppet) => puppet.fail(new RunnerFailure('overloaded', 'too busy'))
    stage.runner.last.say('done').finish({ usage: { input: 3, output: 4, total: 7 } })
    await client.final(first)
    await stage.clock.advance(60_000)
    await client.final(second)
    const after = await page()
    expect(after).toMatch(/^mayros_runs_running 0$/m)
    expect(after).toMatch(/^mayros_runs_started_total 2$/m)
    expect(after).toMatch(/^mayros_runs_ended_total\{state="ok"\} 1$/m)
    expect(after).toMatch(/^mayros_runs_ended_total\{state="error"\} 1$/m)
    expect(after).toMatch(/^mayros_provider_failures_total\{provider="[^"]+",code="overloaded"\} [1-9]\d*$/m)
    expect(after).toMatch(/^mayros_model_tokens_total\{provider="test",model="puppet",kind="output"\} 4$/m)
  })

  it('can be turned off', async () => {
    await stage.close()
    stage = await GatewayStage.open({
      config: { gateway: { metrics: { enabled: false }, controlUi: { enabled: false } } },
    })
    const response = await stage.transport.fetch(`http://127.0.0.1:${stage.endpoint.port}/metrics`)
    expect(response.status).toBe(404)
  })
})
