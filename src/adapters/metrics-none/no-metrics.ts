import type { Metrics, MetricsPage, ProcessSnapshot } from '../../application/ports/metrics.js'

const nothing = () => undefined

/** Keeps nothing: for programs that embed a gateway and measure it themselves, and for tests of other things. */
export class NoMetrics implements Metrics {
  readonly requestServed = nothing
  readonly httpServed = nothing
  readonly runAccepted = nothing
  readonly runStarted = nothing
  readonly runEnded = nothing
  readonly eventDropped = nothing
  readonly slowClientClosed = nothing
  readonly providerFailed = nothing
  readonly tokensUsed = nothing
  readonly messageReceived = nothing
  readonly messageSent = nothing
  readonly deliveryGivenUp = nothing

  async snapshot(): Promise<ProcessSnapshot> {
    return { requests: 0, loopDelay: null, residentBytes: 0, heapUsedBytes: 0 }
  }

  async page(): Promise<MetricsPage> {
    return { type: 'text/plain; charset=utf-8', text: '' }
  }
}
