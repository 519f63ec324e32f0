import { refusalFor } from '../../domain/access/scopes.js'
import { Failure, messageOf } from '../../domain/failure.js'
import { errorResponse, okResponse } from '../../domain/protocol/frames.js'
import { errorShape, invalidRequest, Refusal, unavailable } from '../../domain/protocol/refusal.js'
import type { MethodTable } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Metrics } from '../ports/metrics.js'
import type { RequestFrame, Wire } from '../ports/wire.js'
import type { Client } from './client.js'
import type { SlowClients } from './slow-clients.js'

/** Requests that took at least this long are worth a line. */
const SLOW_REQUEST_MS = 50

/** Characters shown of a method name or request id. */
const LONGEST_WORD = 100

/** What a request is measured by and told with. */
interface DispatchParts {
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'requestServed'>
  readonly log: Log
}

/**
 * Serves the requests of accepted clients: role, scope, method, parameters, handler, in this order and nowhere else.
 * Handlers run concurrently; a synchronous one is answered in the same tick.
 */
export class Dispatch {
  readonly #methods: MethodTable
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #slowClients: SlowClients
  readonly #metrics: DispatchParts['metrics']
  readonly #log: Log

  constructor(methods: MethodTable, wire: Wire, slowClients: SlowClients, { clock, metrics, log }: DispatchParts) {
    this.#methods = methods
    this.#wire = wire
    this.#clock = clock
    this.#slowClients = slowClients
    this.#metrics = metrics
    this.#log = log
  }

  serve(client: Client, frame: RequestFrame): void {
    const startedAt = this.#clock.monotonic()
    try {
      const result = this.#invoke(client, frame)
      if (result instanceof Promise) {
        result
          .then((payload) => this.#succeed(client, frame, payload, startedAt))
          .catch((thrown) => this.#fail(client, frame, thrown, startedAt))
      } else {
        this.#succeed(client, frame, result, startedAt)
      }
    } catch (thrown) {
      this.#fail(client, frame, thrown, startedAt)
    }
  }

  /** Answers what was no request frame at all. */
  reject(client: Client, id: string | number | null, problem: string): void {
    this.#send(client, errorResponse(id ?? 'invalid', errorShape(invalidRequest(`invalid request frame: ${problem}`))))
  }

  #invoke(client: Client, frame: RequestFrame): unknown {
    const { role, scopes } = client.identity
    const row = this.#methods.find(frame.method)
    const refusal = refusalFor(role, scopes, row?.scope ?? 'operator.admin')
    if (refusal !== null) throw invalidRequest(refusal)
    if (frame.method === 'connect') throw invalidRequest('connect is only valid as the first request')
    if (row === undefined) throw invalidRequest(`unknown method: ${brief(frame.method)}`)
    const call = {
      client,
      requestId: frame.id,
      method: frame.method,
      acknowledge: (payload: unknown) => this.#send(client, okResponse(frame.id, payload)),
    }
    if (row.params === undefined) return row.run(lenientParams(frame.params) as never, call)
    const checked = this.#wire.check(row.params, frame.params)
    if (!checked.ok) throw invalidRequest(`invalid ${frame.method} params: ${checked.problems}`)
    return row.run(checked.value, call)
  }

  #succeed(client: Client, frame: RequestFrame, payload: unknown, startedAt: number): void {
    this.#send(client, okResponse(frame.id, payload))
    this.#report(client, frame, startedAt, 'ok')
  }

  #fail(client: Client, frame: RequestFrame, thrown: unknown, startedAt: number): void {
    const failure = thrown instanceof Failure ? thrown : unavailable(messageOf(thrown), { cause: thrown })
    if (!(thrown instanceof Failure))
      this.#log.error('request handler failed', { method: brief(frame.method), err: thrown })
    const payload = failure instanceof Refusal ? failure.payload : undefined
    this.#send(client, errorResponse(frame.id, errorShape(failure), payload))
    this.#report(client, frame, startedAt, failure.code, failure.message)
  }

  #send(client: Client, text: string): void {
    client.send(text)
    this.#slowClients.sent(text.length)
  }

  #report(client: Client, frame: RequestFrame, startedAt: number, outcome: string, error?: string): void {
    const durationMs = this.#clock.monotonic() - startedAt
    const row = this.#methods.find(frame.method)
    this.#metrics.requestServed(row?.name ?? 'unknown', durationMs, error === undefined)
    const isSlow = durationMs >= SLOW_REQUEST_MS && row?.isPatient !== true
    const isNoteworthy = error !== undefined || isSlow
    if (!isNoteworthy && !this.#log.enabled('debug')) return
    const facts = {
      method: brief(frame.method),
      requestId: brief(frame.id),
      connId: client.identity.connId,
      durationMs: Math.round(durationMs * 10) / 10,
      code: outcome,
      ...(error === undefined ? {} : { error }),
    }
    if (isNoteworthy) this.#log.info(error === undefined ? 'slow request' : 'request refused', facts)
    else this.#log.debug('request', facts)
  }
}

/** Foreign words may be megabytes long; nobody needs to read them whole in a log or an error. */
function brief(word: string): string {
  return word.length <= LONGEST_WORD ? word : `${word.slice(0, LONGEST_WORD)}...`
}

function lenientParams(params: unknown): Readonly<Record<string, unknown>> {
  return typeof params === 'object' && params !== null && !Array.isArray(params)
    ? (params as Record<string, unknown>)
    : {}
}
