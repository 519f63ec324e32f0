import { type Metric, Registry } from 'prom-client'
import type { GaugeReadings, MetricsPage } from '../../application/ports/metrics.js'
import type { Figures } from './figures.js'
import type { Labelled } from './labelled.js'
import type { Latency } from './latency.js'
import type { ProcessReadings } from './process-watch.js'

type Labels = Readonly<Record<string, string | number>>

interface Sample {
  readonly value: number
  readonly labels: Labels
  /** Where it is not the family's own. */
  readonly metricName?: string
}

/** Everything as the text that Prometheus reads. */
export async function exposition(
  figures: Figures,
  readings: GaugeReadings,
  watched: ProcessReadings,
): Promise<MetricsPage> {
  const page = new Page()
  tellRequests(page, figures)
  tellClients(page, figures, readings)
  tellChannels(page, figures, readings)
  tellRuns(page, figures, readings)
  tellModels(page, figures)
  tellProcess(page, readings, watched)
  return page.told()
}

function tellRequests(page: Page, { requests, http }: Figures): void {
  const latencies = mapped(requests, ({ latency }) => latency)
  page.histogram('mayros_rpc_request_duration_seconds', 'Time until an RPC request was answered.', latencies)
  const failed = mapped(requests, (served) => served.failed.value)
  page.counter('mayros_rpc_request_failures_total', 'RPC requests that were answered with an error.', failed)
  const responses = mapped(http, (latency) => latency)
  page.histogram('mayros_http_response_duration_seconds', 'Time until an HTTP response began.', responses)
}

function tellClients(page: Page, figures: Figures, { clients, queuedBytes }: GaugeReadings): void {
  const roles = Object.entries(clients).map(([role, count]) => [{ role }, count] as const)
  page.gauge('mayros_clients', 'Accepted WebSocket clients.', roles)
  page.gauge('mayros_client_queue_bytes', 'Bytes that clients have not read yet, of all together.', alone(queuedBytes))
  page.counter(
    'mayros_events_dropped_total',
    'Events that clients missed because they read too slowly.',
    alone(figures.eventsDropped.value),
  )
  page.counter(
    'mayros_slow_clients_closed_total',
    'Clients that were told to go because they read too slowly.',
    alone(figures.slowClientsClosed.value),
  )
}

function tellChannels(page: Page, figures: Figures, { channels, deliveriesWaiting }: GaugeReadings): void {
  page.gauge(
    'mayros_channel_connected',
    'Whether an account of a channel is connected.',
    channels.map(({ channel, account, isConnected }) => [{ channel, account }, isConnected ? 1 : 0] as const),
  )
  page.counter(
    'mayros_channel_drops_total',
    'Messages of chat networks that were not answered, by reason.',
    channels.flatMap(({ channel, account, drops }) =>
      Object.entries(drops).map(([reason, count]) => [{ channel, account, reason }, count] as const),
    ),
  )
  const received = mapped(figures.messagesReceived, ({ value }) => value)
  page.counter('mayros_channel_messages_received_total', 'Messages that chat networks brought.', received)
  const sent = mapped(figures.messagesSent, ({ value }) => value)
  page.counter('mayros_channel_messages_sent_total', 'Messages that chat networks took.', sent)
  const givenUp = mapped(figures.deliveriesGivenUp, ({ value }) => value)
  page.counter('mayros_deliveries_given_up_total', 'Answers that no chat network will get, by why.', givenUp)
  page.gauge('mayros_deliveries_waiting', 'Texts on their way to chat networks.', alone(deliveriesWaiting))
}

function tellRuns(page: Page, figures: Figures, { runs }: GaugeReadings): void {
  page.gauge('mayros_runs_running', 'Agent runs that are under way.', alone(runs.running))
  page.gauge('mayros_runs_waiting', 'Agent runs that wait for their turn.', alone(runs.waiting))
  page.counter('mayros_runs_accepted_total', 'Agent runs that were accepted.', alone(figures.runsAccepted.value))
  page.counter('mayros_runs_started_total', 'Agent runs that began.', alone(figures.runsStarted.value))
  const ended = mapped(figures.runsEnded, ({ value }) => value)
  page.counter('mayros_runs_ended_total', 'Agent runs that ended, by how.', ended)
  const seconds = mapped(figures.runSeconds, (latency) => latency)
  page.histogram('mayros_run_duration_seconds', 'Time from the beginning of an agent run to its end.', seconds)
}

function tellModels(page: Page, { providerFailures, tokens }: Figures): void {
  const failures = mapped(providerFailures, ({ value }) => value)
  page.counter('mayros_provider_failures_total', 'Calls of models that failed, by the code of the failure.', failures)
  const used = mapped(tokens, ({ value }) => value)
  page.counter('mayros_model_tokens_total', 'Tokens that models counted; kind as they are priced.', used)
}

function tellProcess(page: Page, { version }: GaugeReadings, watched: ProcessReadings): void {
  page.gauge('mayros_build_info', 'Version of the gateway.', [[{ version, node: process.version }, 1]])
  page.counter('process_cpu_user_seconds_total', 'User CPU time.', alone(watched.cpuUserSeconds))
  page.counter('process_cpu_system_seconds_total', 'System CPU time.', alone(watched.cpuSystemSeconds))
  page.counter('process_cpu_seconds_total', 'CPU time.', alone(watched.cpuUserSeconds + watched.cpuSystemSeconds))
  page.gauge('process_start_time_seconds', 'Start of the process (Unix time).', alone(watched.startedAtSeconds))
  page.gauge('process_resident_memory_bytes', 'Resident memory.', alone(watched.residentBytes))
  if (watched.openFiles !== null) page.gauge('process_open_fds', 'Open files and sockets.', alone(watched.openFiles))
  page.gauge('nodejs_heap_size_total_bytes', 'Heap of the process.', alone(watched.heapTotalBytes))
  page.gauge('nodejs_heap_size_used_bytes', 'Heap in use.', alone(watched.heapUsedBytes))
  page.gauge('nodejs_external_memory_bytes', 'Memory outside of the heap.', alone(watched.externalBytes))
  for (const [name, seconds] of Object.entries(watched.loopDelay ?? {})) {
    page.gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      `How late the event loop was since the last reading: ${name}.`,
      alone(seconds),
    )
  }
}

function alone(value: number): readonly (readonly [Labels, number])[] {
  return [[{}, value]]
}

function mapped<Value, Result>(family: Labelled<Value>, read: (value: Value) => Result) {
  return [...family.entries()].map(([labels, value]) => [labels, read(value)] as const)
}

/** Hands finished samples to the library, which knows how they are written. */
class Page {
  readonly #registry = new Registry()

  counter(name: string, help: string, values: readonly (readonly [Labels, number])[]): void {
    this.#add(name, help, 'counter', values.map(sampleOf))
  }

  gauge(name: string, help: string, values: readonly (readonly [Labels, number])[]): void {
    this.#add(name, help, 'gauge', values.map(sampleOf))
  }

  histogram(name: string, help: string, values: readonly (readonly [Labels, Latency])[]): void {
    const samples = values.flatMap(([labels, latency]) => bucketsOf(name, labels, latency))
    this.#add(name, help, 'histogram', samples)
  }

  async told(): Promise<MetricsPage> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  /** All that a registry asks of a metric is its name and what `get` tells. */
  #add(name: string, help: string, type: 'counter' | 'gauge' | 'histogram', values: readonly Sample[]): void {
    const collected = { name, help, type, get: async () => ({ name, help, type, values, aggregator: 'sum' }) }
    this.#registry.registerMetric(collected as unknown as Metric)
  }
}

function sampleOf([labels, value]: readonly [Labels, number]): Sample {
  return { labels, value }
}

/** Buckets hold everything up to their bound, so each counts the smaller ones too. */
function bucketsOf(name: string, labels: Labels, { bounds, counts, sumSeconds }: Latency): readonly Sample[] {
  let total = 0
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += counts[index] ?? 0
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : bound
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sumSeconds },
    { metricName: `${name}_count`, labels, value: total },
  ]
}
