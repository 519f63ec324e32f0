import type { Metrics, MetricsPage } from '../../application/ports/metrics.js'

/** Keeps nothing: for programs that embed a gateway and measure it themselves, and for tests of other things. */
export class NoMetrics implements Metrics {
  requestServed(): void {
    return undefined
  }

  httpServed(): void {
    return undefined
  }

  runAccepted(): void {
    return undefined
  }

  runStarted(): void {
    return undefined
  }

  runEnded(): void {
    return undefined
  }

  eventDropped(): void {
    return undefined
  }

  slowClientClosed(): void {
    return undefined
  }

  providerFailed(): void {
    return undefined
  }

  tokensUsed(): void {
    return undefined
  }

  async page(): Promise<MetricsPage> {
    return { type: 'text/plain; charset=utf-8', text: '' }
  }
}
