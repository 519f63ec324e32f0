import { METHOD_ACCESS } from '../../../domain/access/method-access.js'
import { covers, type MethodScope, type OperatorScope, refusalFor } from '../../../domain/access/scopes.js'
import type { ConnectionState } from './connection-state.js'
import type { HelloOk } from './hello-ok.js'
import { knock } from './knock.js'
import { type ErrorShape, RequestRefused } from './request-refused.js'
import { RetryPace } from './retry-pace.js'
import { type Admission, SocketEnded, type SocketEvents } from './socket-events.js'

/** What a connection needs of the page. */
export interface ConnectionParts {
  /** `ws://` or `wss://` of the gateway. */
  readonly url: string
  /** What to show at the door, asked anew for every attempt. */
  credentials(): Promise<Admission>
  /** The gateway let us in. */
  admitted(hello: HelloOk): void
}

/** Silence of this many ticks means that the gateway is gone. */
const SILENT_TICKS = 2.5
const RETRY_WHILE_PAIRING_MS = 4_000

/**
 * The page's one connection to its gateway. It comes back by itself after a loss, with growing pauses, and stops only
 * where a person has to do something. A request settles exactly once: requests of a connection that ended are refused
 * with `DISCONNECTED`. Events that were lost are reported by `onRefresh`, never hidden.
 */
export class GatewayConnection {
  readonly #parts: ConnectionParts
  readonly #pace = new RetryPace()
  readonly #heard = new Map<string, Set<(payload: unknown) => void>>()
  readonly #refreshed = new Set<() => void>()
  readonly #stateHeard = new Set<(state: ConnectionState) => void>()
  readonly #pending = new Map<
    string,
    { resolve(payload: unknown): void; reject(error: RequestRefused): void; readonly isFinalOnly: boolean }
  >()
  #state: ConnectionState = { kind: 'idle' }
  #hello: HelloOk | null = null
  #socket: WebSocket | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #lastHeardAt = 0
  #seq: number | null = null
  #nextId = 1

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    window.addEventListener('online', () => this.#hurry())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#hurry()
    })
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The last greeting; null before the first. */
  get hello(): HelloOk | null {
    return this.#hello
  }

  /** Connects now, whatever the state; an earlier connection is let go. */
  open(): void {
    this.close()
    void this.#connect()
  }

  /** Ends the connection and stays away. */
  close(): void {
    this.#attempt++
    clearTimeout(this.#retry)
    this.#letGo('closed by the page')
    this.#become({ kind: 'idle' })
  }

  /**
   * Asks the gateway. Rejects with RequestRefused.
   * @param options `final`: waits for the second answer of a method that acknowledges first
   */
  request<T>(method: string, params: object = {}, options: { readonly final?: boolean } = {}): Promise<T> {
    const socket = this.#socket
    if (socket === null || this.#state.kind !== 'connected') return Promise.reject(disconnected('not connected'))
    const id = String(this.#nextId++)
    const text = JSON.stringify({ type: 'req', id, method, params })
    const limit = this.#hello?.policy.maxPayload ?? Number.POSITIVE_INFINITY
    if (text.length > limit) {
      return Promise.reject(new RequestRefused({ code: 'INVALID_REQUEST', message: 'this is too big to send' }))
    }
    return new Promise<T>((resolve, reject) => {
      const settle = { resolve: resolve as (payload: unknown) => void, reject, isFinalOnly: options.final === true }
      this.#pending.set(id, settle)
      socket.send(text)
    })
  }

  /** Calls back for every event of this name. Returns how to stop. */
  on(event: string, heard: (payload: unknown) => void): () => void {
    const group = this.#heard.get(event) ?? new Set()
    this.#heard.set(event, group.add(heard))
    return () => group.delete(heard)
  }

  /** Calls back after a reconnect and after lost events: load your state again. Returns how to stop. */
  onRefresh(heard: () => void): () => void {
    this.#refreshed.add(heard)
    return () => this.#refreshed.delete(heard)
  }

  /** Calls back whenever `state` has changed. Returns how to stop. */
  onState(heard: (state: ConnectionState) => void): () => void {
    this.#stateHeard.add(heard)
    return () => this.#stateHeard.delete(heard)
  }

  /** Whether this connection may call a method; false before the first greeting. */
  can(method: string): boolean {
    return this.#hello !== null && refusalFor('operator', this.#scopes, scopeOf(method)) === null
  }

  /** The scope that this connection would need to call a method; null when it may, or no scope would help. */
  missingScope(method: string): OperatorScope | null {
    const scope = scopeOf(method)
    return scope === 'none' || scope === 'node' || covers(this.#scopes, scope) ? null : scope
  }

  #scopes: ReadonlySet<string> = new Set()

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt
    this.#become({ kind: 'connecting' })
    try {
      const admission = this.#parts.credentials()
      const { socket, hello } = await knock(this.#parts.url, admission, this.#eventsOf(attempt))
      const { scopes } = await admission
      if (attempt !== this.#attempt) return socket.close(1000)
      this.#welcome(socket, hello, scopes)
    } catch (thrown) {
      if (attempt === this.#attempt) this.#failed(thrown)
    }
  }

  #eventsOf(attempt: number): SocketEvents {
    return {
      frame: (frame) => attempt === this.#attempt && this.#receive(frame),
      ended: (code, reason) => attempt === this.#attempt && this.#failed(new SocketEnded(code, reason)),
    }
  }

  #welcome(socket: WebSocket, hello: HelloOk, asked: Admission['scopes']): void {
    const isReturn = this.#hello !== null
    this.#socket = socket
    this.#hello = hello
    this.#scopes = new Set(hello.auth?.scopes ?? asked)
    this.#seq = null
    this.#pace.reset()
    this.#parts.admitted(hello)
    this.#watchTicks(hello.policy.tickIntervalMs)
    this.#become({ kind: 'connected' })
    if (isReturn) this.#refresh()
  }

  #receive(frame: Readonly<Record<string, unknown>>): void {
    this.#lastHeardAt = Date.now()
    if (frame.type === 'res') this.#settle(frame)
    else if (frame.type === 'event') this.#tell(frame)
  }

  #settle({ id, ok, payload, error }: Readonly<Record<string, unknown>>): void {
    const pending = this.#pending.get(String(id))
    if (pending === undefined) return
    const isAcknowledgement = (payload as { status?: unknown } | undefined)?.status === 'accepted'
    if (ok === true && pending.isFinalOnly && isAcknowledgement) return
    this.#pending.delete(String(id))
    if (ok === true) pending.resolve(payload)
    else pending.reject(new RequestRefused(error as ErrorShape))
  }

  #tell({ event, payload, seq }: Readonly<Record<string, unknown>>): void {
    if (typeof seq === 'number') {
      const isGap = this.#seq !== null && seq !== this.#seq + 1
      this.#seq = seq
      if (isGap) this.#refresh()
    }
    for (const heard of [...(this.#heard.get(String(event)) ?? [])]) heard(payload)
  }

  #refresh(): void {
    for (const heard of [...this.#refreshed]) heard()
  }

  /** An attempt or the connection has failed: try again later, or leave it to a person. */
  #failed(thrown: unknown): void {
    this.#letGo(thrown instanceof Error ? thrown.message : 'connection lost')
    if (thrown instanceof RequestRefused && thrown.code !== 'UNAVAILABLE' && thrown.retryAfterMs === undefined) {
      this.#become({ kind: 'refused', error: shapeOf(thrown) })
      const isPairing = (thrown.details as { code?: unknown } | undefined)?.code === 'PAIRING_REQUIRED'
      if (isPairing) this.#retry = setTimeout(() => void this.#knockQuietly(), RETRY_WHILE_PAIRING_MS)
      return
    }
    const pauseMs = (thrown instanceof RequestRefused ? thrown.retryAfterMs : undefined) ?? this.#pace.nextMs()
    const reason = thrown instanceof Error ? thrown.message : 'connection lost'
    this.#become({ kind: 'waiting', reason, retryAt: Date.now() + pauseMs })
    this.#retry = setTimeout(() => void this.#connect(), pauseMs)
  }

  /** Looks whether somebody has approved this device meanwhile; the page keeps saying that it waits. */
  async #knockQuietly(): Promise<void> {
    const shown = this.#state
    const connecting = this.#connect()
    this.#become(shown)
    await connecting
  }

  #letGo(why: string): void {
    clearInterval(this.#watch)
    const socket = this.#socket
    this.#socket = null
    if (socket !== null && socket.readyState <= WebSocket.OPEN) socket.close(1000)
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending) reject(disconnected(why))
  }

  #watchTicks(intervalMs: number): void {
    this.#lastHeardAt = Date.now()
    clearInterval(this.#watch)
    this.#watch = setInterval(() => {
      if (Date.now() - this.#lastHeardAt <= intervalMs * SILENT_TICKS) return
      this.#socket?.close(4000, 'tick timeout')
      this.#attempt++
      this.#failed(new SocketEnded(4000, 'the gateway has gone silent'))
    }, intervalMs)
  }

  /** The network or the person is back: no need to wait any longer. */
  #hurry(): void {
    if (this.#state.kind !== 'waiting') return
    clearTimeout(this.#retry)
    void this.#connect()
  }

  #become(state: ConnectionState): void {
    this.#state = state
    for (const heard of [...this.#stateHeard]) heard(state)
  }
}

function scopeOf(method: string): MethodScope {
  return (METHOD_ACCESS as Readonly<Record<string, MethodScope>>)[method] ?? 'operator.admin'
}

function shapeOf({ code, message, details }: RequestRefused): ErrorShape {
  return details === undefined ? { code, message } : { code, message, details }
}

function disconnected(why: string): RequestRefused {
  return new RequestRefused({ code: 'DISCONNECTED', message: why })
}
