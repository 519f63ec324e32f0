import type { GaugeReadings, Metrics, MetricsPage, ProcessSnapshot } from '../../application/ports/metrics.js'
import type { UsageTokens } from '../../domain/usage/usage-record.js'
import { Figures } from './figures.js'
import { keyOf } from './labelled.js'
import type { ProcessWatch } from './process-watch.js'

/**
 * Figures for Prometheus. Noting is arithmetic on plain numbers; the library, and the watch over the process, come with
 * the first reading.
 */
export class PrometheusMetrics implements Metrics {
  readonly #figures = new Figures()
  #watch: ProcessWatch | undefined
  /** Apart from the other, because whoever reads begins the delay anew. */
  #look: ProcessWatch | undefined

  requestServed(method: string, durationMs: number, isOk: boolean): void {
    const { latency, failed } = this.#figures.requests.of(method)
    latency.note(durationMs)
    if (!isOk) failed.value += 1
  }

  httpServed(route: string, status: number, durationMs: number): void {
    this.#figures.http.of(keyOf(route, `${Math.trunc(status / 100)}xx`)).note(durationMs)
  }

  runAccepted(): void {
    this.#figures.runsAccepted.value += 1
  }

  runStarted(): void {
    this.#figures.runsStarted.value += 1
  }

  runEnded(state: string, durationMs: number | null): void {
    this.#figures.runsEnded.of(state).value += 1
    if (durationMs !== null) this.#figures.runSeconds.of(state).note(durationMs)
  }

  eventDropped(): void {
    this.#figures.eventsDropped.value += 1
  }

  slowClientClosed(): void {
    this.#figures.slowClientsClosed.value += 1
  }

  providerFailed(provider: string, code: string): void {
    this.#figures.providerFailures.of(keyOf(provider, code)).value += 1
  }

  tokensUsed(provider: string, model: string, tokens: UsageTokens): void {
    this.#figures.tokensUsed(provider, model, tokens)
  }

  messageReceived(channel: string, account: string): void {
    this.#figures.messagesReceived.of(keyOf(channel, account)).value += 1
  }

  messageSent(channel: string, account: string): void {
    this.#figures.messagesSent.of(keyOf(channel, account)).value += 1
  }

  deliveryGivenUp(channel: string, account: string, code: string): void {
    this.#figures.deliveriesGivenUp.of(keyOf(channel, account, code)).value += 1
  }

  async snapshot(): Promise<ProcessSnapshot> {
    const { ProcessWatch } = await import('./process-watch.js')
    this.#look ??= new ProcessWatch()
    const { residentBytes, heapUsedBytes, loopDelay } = this.#look.read()
    const inMs = (seconds: number) => Math.round(seconds * 100_000) / 100
    return {
      requests: this.#figures.served,
      loopDelay:
        loopDelay === null
          ? null
          : { p50Ms: inMs(loopDelay.p50), p99Ms: inMs(loopDelay.p99), maxMs: inMs(loopDelay.max) },
      residentBytes,
      heapUsedBytes,
    }
  }

  async page(readings: GaugeReadings): Promise<MetricsPage> {
    const [{ exposition }, { ProcessWatch }] = await Promise.all([
      import('./exposition.js'),
      import('./process-watch.js'),
    ])
    this.#watch ??= new ProcessWatch()
    return exposition(this.#figures, readings, this.#watch.read())
  }
}
