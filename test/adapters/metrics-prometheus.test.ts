import { describe, expect, it } from 'vitest'
import { NoMetrics } from '../../src/adapters/metrics-none/no-metrics.js'
import { PrometheusMetrics } from '../../src/adapters/metrics-prometheus/prometheus-metrics.js'
import type { GaugeReadings } from '../../src/application/ports/metrics.js'

const READINGS: GaugeReadings = {
  version: '1.2.3',
  clients: { operator: 3, node: 0 },
  queuedBytes: 12,
  runs: { running: 1, waiting: 2 },
  deliveriesWaiting: 3,
  channels: [{ channel: 'irc', account: 'a "b"', isConnected: true, drops: { bot: 2 } }],
}

/** Samples by their line up to the value. */
async function samplesOf(metrics: PrometheusMetrics): Promise<ReadonlyMap<string, number>> {
  const { text } = await metrics.page(READINGS)
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

describe('PrometheusMetrics', () => {
  it('counts what is noted', async () => {
    const metrics = new PrometheusMetrics()
    metrics.runAccepted()
    metrics.runStarted()
    metrics.runEnded('completed', 1_500)
    metrics.runEnded('failed', null)
    metrics.eventDropped()
    metrics.slowClientClosed()
    metrics.providerFailed('one', 'rate-limit')
    metrics.providerFailed('one', 'rate-limit')
    metrics.tokensUsed('one', 'big', { input: 5, output: 7, cacheRead: 0, cacheWrite: 3, total: 15 })
    metrics.messageReceived('irc', 'home')
    metrics.messageSent('irc', 'home')
    metrics.messageSent('irc', 'home')
    metrics.deliveryGivenUp('irc', 'home', 'blocked')
    const samples = await samplesOf(metrics)
    const told = (name: string) => samples.get(name)
    expect(told('mayros_channel_messages_received_total{channel="irc",account="home"}')).toBe(1)
    expect(told('mayros_channel_messages_sent_total{channel="irc",account="home"}')).toBe(2)
    expect(told('mayros_deliveries_given_up_total{channel="irc",account="home",code="blocked"}')).toBe(1)
    expect(told('mayros_runs_accepted_total')).toBe(1)
    expect(told('mayros_runs_started_total')).toBe(1)
    expect(told('mayros_runs_ended_total{state="completed"}')).toBe(1)
    expect(told('mayros_runs_ended_total{state="failed"}')).toBe(1)
    expect(told('mayros_run_duration_seconds_sum{state="completed"}')).toBe(1.5)
    expect(told('mayros_run_duration_seconds_count{state="failed"}')).toBeUndefined()
    expect(told('mayros_events_dropped_total')).toBe(1)
    expect(told('mayros_slow_clients_closed_total')).toBe(1)
    expect(told('mayros_provider_failures_total{provider="one",code="rate-limit"}')).toBe(2)
    expect(told('mayros_model_tokens_total{provider="one",model="big",kind="output"}')).toBe(7)
    expect(told('mayros_model_tokens_total{provider="one",model="big",kind="cache_write"}')).toBe(3)
    expect([...samples.keys()].some((name) => name.includes('cache_read'))).toBe(false)
  })

  it('tells how long requests took, in buckets that hold all the smaller ones', async () => {
    const metrics = new PrometheusMetrics()
    for (const ms of [0.1, 1, 1.1, 90_000]) metrics.requestServed('health', ms, ms < 90_000)
    const samples = await samplesOf(metrics)
    const bucket = (le: string) => samples.get(`mayros_rpc_request_duration_seconds_bucket{le="${le}",method="health"}`)
    expect(['0.0005', '0.001', '0.0025', '60', '+Inf'].map(bucket)).toEqual([1, 2, 3, 3, 4])
    expect(samples.get('mayros_rpc_request_duration_seconds_sum{method="health"}')).toBeCloseTo(90.0022)
    expect(samples.get('mayros_rpc_request_duration_seconds_count{method="health"}')).toBe(4)
    expect(samples.get('mayros_rpc_request_failures_total{method="health"}')).toBe(1)
  })

  it('tells HTTP responses by route and class of status', async () => {
    const metrics = new PrometheusMetrics()
    metrics.httpServed('/v1/models/:id{.+}', 200, 3)
    metrics.httpServed('/v1/models/:id{.+}', 404, 3)
    const samples = await samplesOf(metrics)
    const count = 'mayros_http_response_duration_seconds_count'
    expect(samples.get(`${count}{route="/v1/models/:id{.+}",status="2xx"}`)).toBe(1)
    expect(samples.get(`${count}{route="/v1/models/:id{.+}",status="4xx"}`)).toBe(1)
  })

  it('tells how things stand, and how the process is', async () => {
    const metrics = new PrometheusMetrics()
    const samples = await samplesOf(metrics)
    expect(samples.get('mayros_clients{role="operator"}')).toBe(3)
    expect(samples.get('mayros_client_queue_bytes')).toBe(12)
    expect(samples.get('mayros_runs_running')).toBe(1)
    expect(samples.get('mayros_runs_waiting')).toBe(2)
    expect(samples.get('mayros_deliveries_waiting')).toBe(3)
    expect(samples.get('mayros_channel_connected{channel="irc",account="a \\"b\\""}')).toBe(1)
    expect(samples.get('mayros_channel_drops_total{channel="irc",account="a \\"b\\"",reason="bot"}')).toBe(2)
    expect(samples.get(`mayros_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1)
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1024 * 1024)
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  })

  it('tells how late the event loop was, once it has been watched', async () => {
    const metrics = new PrometheusMetrics()
    const max = async () => (await samplesOf(metrics)).get('nodejs_eventloop_lag_max_seconds')
    await max()
    let seen = await max()
    while (seen === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen = await max()
    }
    expect(seen).toBeGreaterThanOrEqual(0)
  })

  it('tells in a snapshot how much was asked of it and how the process is, apart from the page', async () => {
    const metrics = new PrometheusMetrics()
    metrics.requestServed('health', 1, true)
    metrics.requestServed('status', 2_000, false)
    metrics.httpServed('/healthz', 200, 1)
    let seen = await metrics.snapshot()
    expect(seen).toMatchObject({ requests: 3, loopDelay: null })
    expect(seen.residentBytes).toBeGreaterThan(seen.heapUsedBytes)
    while (seen.loopDelay === null) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen = await metrics.snapshot()
    }
    expect(seen.loopDelay.maxMs).toBeGreaterThanOrEqual(seen.loopDelay.p50Ms)
    expect((await samplesOf(metrics)).has('nodejs_eventloop_lag_max_seconds')).toBe(false)
  })

  it('says help and type of everything, once', async () => {
    const { type, text } = await new PrometheusMetrics().page(READINGS)
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = text.split('\n').filter((line) => line.startsWith('# TYPE '))
    expect(new Set(families).size).toBe(families.length)
    for (const line of text.split('\n'))
      expect(line).toMatch(/^(?:|# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{.*\})? \S+)$/)
  })
})

describe('NoMetrics', () => {
  it('tells nothing', async () => {
    const metrics = new NoMetrics()
    metrics.requestServed()
    expect((await metrics.page()).text).toBe('')
    expect(await metrics.snapshot()).toMatchObject({ requests: 0, loopDelay: null })
  })
})
