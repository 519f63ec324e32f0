/*
 * Figures of what a gateway does, kept for whoever watches over it. Called from the hottest paths there are, and read by
 * `/metrics` and `metrics.snapshot`.
 * Promises: to note something costs a few additions, never waits and never throws; what is noted survives a restart in
 * process and is forgotten with the process.
 * May refuse nothing. Must never keep what a stranger made up as a name: whoever calls sees to it that methods, routes,
 * providers and models are known ones.
 */
import type { UsageTokens } from '../../domain/usage/usage-record.js'

/** What can be looked up at any time, and is, when somebody reads the figures. */
export interface GaugeReadings {
  readonly version: string
  /** Accepted WebSocket clients, by role. */
  readonly clients: Readonly<Record<string, number>>
  /** Bytes that wait for clients to read them, of all together. */
  readonly queuedBytes: number
  readonly runs: { readonly running: number; readonly waiting: number }
  /** Texts that are on their way to chat networks, or wait for it. */
  readonly deliveriesWaiting: number
  readonly channels: readonly ChannelReading[]
}

export interface ChannelReading {
  readonly channel: string
  readonly account: string
  readonly isConnected: boolean
  /** Messages that were not answered since the start, by reason. */
  readonly drops: Readonly<Record<string, number>>
}

export interface Metrics {
  /**
   * An RPC request has been answered.
   * @param method a name of the method table, or `unknown`
   * @param isOk whether it was answered with a result
   */
  requestServed(method: string, durationMs: number, isOk: boolean): void
  /**
   * An HTTP response has begun.
   * @param route pattern of the endpoint, never the path that was asked for
   */
  httpServed(route: string, status: number, durationMs: number): void
  runAccepted(): void
  runStarted(): void
  /** @param durationMs from its start; null = it never began */
  runEnded(state: string, durationMs: number | null): void
  /** A client that reads too slowly misses an event that may be missed. */
  eventDropped(): void
  /** A client was told to go because it reads too slowly. */
  slowClientClosed(): void
  /** @param code of the runner's failure */
  providerFailed(provider: string, code: string): void
  /** A model has answered. */
  tokensUsed(provider: string, model: string, tokens: UsageTokens): void
  /** A chat network has brought a message to an account of ours. */
  messageReceived(channel: string, account: string): void
  /** A chat network has a message of ours. */
  messageSent(channel: string, account: string): void
  /** An answer will not reach a chat network any more. @param code why, as channels say it */
  deliveryGivenUp(channel: string, account: string, code: string): void
  /** How the process is, for people who look at it now; costs little enough to be asked for every second. */
  snapshot(): Promise<ProcessSnapshot>
  /** Everything noted so far, as a text that Prometheus reads. */
  page(readings: GaugeReadings): Promise<MetricsPage>
}

export interface ProcessSnapshot {
  /** RPC and HTTP requests that were answered since the process began. */
  readonly requests: number
  /** How late the event loop was since the last snapshot, in milliseconds; null with the first one. */
  readonly loopDelay: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number } | null
  readonly residentBytes: number
  readonly heapUsedBytes: number
}

export interface MetricsPage {
  /** Media type with its parameters. */
  readonly type: string
  readonly text: string
}
