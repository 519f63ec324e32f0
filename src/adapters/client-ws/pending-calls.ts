import type { CallOptions, ClientFailure } from '../../application/ports/gateway-client.js'
import { aborted, fromCallError, timedOut } from './failures.js'
import type { Inbound } from './inbound.js'

const CALL_TIMEOUT_MS = 10_000

interface PendingCall {
  readonly options: CallOptions
  readonly resolve: (payload: unknown) => void
  readonly reject: (failure: ClientFailure) => void
  readonly release: () => void
}

/** Calls that wait for their response. Each settles exactly once. */
export class PendingCalls {
  readonly #url: string
  readonly #calls = new Map<string, PendingCall>()

  constructor(url: string) {
    this.#url = url
  }

  /** Waits for the response with this id. */
  add(id: string, options: CallOptions): Promise<unknown> {
    const timeoutMs = options.timeoutMs ?? CALL_TIMEOUT_MS
    return new Promise((resolve, reject) => {
      const abort = () => this.#end(id)?.reject(aborted(this.#url))
      const timer =
        timeoutMs === 0 ? undefined : setTimeout(() => this.#end(id)?.reject(timedOut(this.#url, timeoutMs)), timeoutMs)
      options.signal?.addEventListener('abort', abort, { once: true })
      const release = () => {
        clearTimeout(timer)
        options.signal?.removeEventListener('abort', abort)
      }
      this.#calls.set(id, { options, resolve, reject, release })
      if (options.signal?.aborted === true) abort()
    })
  }

  /** Whether somebody still waits for this id. */
  has(id: string): boolean {
    return this.#calls.has(id)
  }

  settle(response: Extract<Inbound, { kind: 'response' }>): void {
    const call = this.#calls.get(response.id)
    if (call === undefined) return
    if (response.ok && call.options.expectFinal === true && isAccepted(response.payload)) {
      call.options.accepted?.(response.payload)
      return
    }
    this.#end(response.id)
    if (response.ok) call.resolve(response.payload)
    else call.reject(fromCallError(this.#url, response.error, response.payload))
  }

  failAll(failure: ClientFailure): void {
    for (const id of [...this.#calls.keys()]) this.#end(id)?.reject(failure)
  }

  #end(id: string): PendingCall | undefined {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    call?.release()
    return call
  }
}

function isAccepted(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && (payload as { status?: unknown }).status === 'accepted'
}
