import type { UsageTokens } from '../../domain/usage/usage-record.js'
import { keyOf, Labelled } from './labelled.js'
import { Latency } from './latency.js'

/** Requests over a socket are answered within milliseconds, or wait for somebody. */
const REQUEST_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
const HTTP_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60]
const RUN_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]

const TOKEN_KINDS = [
  ['input', 'input'],
  ['output', 'output'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite', 'cache_write'],
] as const

/** A number that only grows. */
export class Count {
  value = 0
}

/** What has been noted so far: plain numbers, and nothing of any library. */
export class Figures {
  readonly requests = new Labelled(['method'], () => ({ latency: new Latency(REQUEST_SECONDS), failed: new Count() }))
  readonly http = new Labelled(['route', 'status'], () => new Latency(HTTP_SECONDS))
  readonly runsAccepted = new Count()
  readonly runsStarted = new Count()
  readonly runsEnded = new Labelled(['state'], () => new Count())
  readonly runSeconds = new Labelled(['state'], () => new Latency(RUN_SECONDS))
  readonly eventsDropped = new Count()
  readonly slowClientsClosed = new Count()
  readonly providerFailures = new Labelled(['provider', 'code'], () => new Count())
  readonly messagesReceived = new Labelled(['channel', 'account'], () => new Count())
  readonly messagesSent = new Labelled(['channel', 'account'], () => new Count())
  readonly deliveriesGivenUp = new Labelled(['channel', 'account', 'code'], () => new Count())
  readonly tokens = new Labelled(['provider', 'model', 'kind'], () => new Count())

  /** Requests that were answered, over sockets and over HTTP. */
  get served(): number {
    let count = 0
    for (const [, { latency }] of this.requests.entries()) count += latency.count
    for (const [, latency] of this.http.entries()) count += latency.count
    return count
  }

  tokensUsed(provider: string, model: string, tokens: UsageTokens): void {
    for (const [name, kind] of TOKEN_KINDS) {
      if (tokens[name] > 0) this.tokens.of(keyOf(provider, model, kind)).value += tokens[name]
    }
  }
}
